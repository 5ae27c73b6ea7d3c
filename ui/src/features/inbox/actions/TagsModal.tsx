import { Button, Group, Modal, TagsInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '@/api/keys';
import { flatten, type Pages } from '@/api/reducers';
import type { Conversation, ConversationDetail } from '@/api/types';
import classes from './modals.module.css';

// As the server has them.
const most = 20;
const longest = 40;

interface Props {
  conversation: ConversationDetail;
  busy: boolean;
  onClose: () => void;
  onTags: (add: string[], remove: string[]) => void;
}

/** What the conversation is about, for rules when it comes again, and for people. */
export function TagsModal({ conversation: c, busy, onClose, onTags }: Props) {
  const { t } = useTranslation('inbox');
  const cache = useQueryClient();
  const before = c.tags ?? [];
  const [tags, setTags] = useState(before);
  const [known] = useState(() => {
    const lists = cache.getQueriesData<Pages<Conversation>>({ queryKey: keys.conversations });
    return [...new Set(lists.flatMap(([, data]) => (data ? flatten(data).flatMap((x) => x.tags ?? []) : [])))].sort((a, b) => a.localeCompare(b));
  });
  function submit(e: FormEvent) {
    e.preventDefault();
    const add = tags.filter((x) => !before.includes(x));
    const remove = before.filter((x) => !tags.includes(x));
    if (add.length + remove.length > 0) onTags(add, remove);
    else onClose();
  }
  return (
    <Modal opened onClose={onClose} title={<bdi>{t('tags.title', { name: c.contact.name })}</bdi>} size="sm">
      <form onSubmit={submit}>
        <TagsInput label={t('tags.label')} description={t('tags.help')} data-autofocus data={known} value={tags} maxTags={most} acceptValueOnBlur clearable
          onChange={(list) => setTags(list.map((x) => x.trim().slice(0, longest)).filter((x) => x !== ''))} withScrollArea={false} classNames={{ options: classes.scroll }} />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={onClose}>{t('transfer.cancel')}</Button>
          <Button type="submit" loading={busy}>{t('tags.submit')}</Button>
        </Group>
      </form>
    </Modal>
  );
}
