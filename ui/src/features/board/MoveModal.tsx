import { Alert, Button, Group, Modal, Select, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { queuesQuery } from '@/api/queries';
import { useBoardActions } from './actions';
import classes from './board.module.css';
import type { Conversation } from './types';

interface Props {
  conversation: Conversation | null;
  onClose: () => void;
}

/** Hands a conversation to another queue's line; who waits keeps the moment of coming. */
export function MoveModal({ conversation, onClose }: Props) {
  const { t } = useTranslation('board');
  const name = conversation?.contact.name || t('row.unknown');
  return (
    <Modal opened={conversation !== null} onClose={onClose} title={<bdi>{t('move.title', { name })}</bdi>}>
      {conversation ? <MoveForm conversation={conversation} customer={name} onClose={onClose} /> : null}
    </Modal>
  );
}

function MoveForm({ conversation: c, customer, onClose }: { conversation: Conversation; customer: string; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { move } = useBoardActions();
  const { data: queues } = useQuery(queuesQuery);
  const [id, setID] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const others = (queues?.items ?? []).filter((q) => q.id !== c.queue_id);
  const to = others.find((q) => q.id === id);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (to) move.mutate({ id: c.id, queueID: to.id, note: note.trim(), customer, queue: to.name }, { onSuccess: onClose });
      }}
    >
      <Stack>
        <Select label={t('move.queue')} description={t('move.help')} placeholder={t('move.find')} nothingFoundMessage={t('move.none')} searchable required data-autofocus
          data={others.map((q) => ({ value: q.id, label: q.open ? q.name : `${q.name} (${t('closed')})` }))} value={id} onChange={setID}
          withScrollArea={false} classNames={{ options: classes.options }} />
        <Textarea label={t('move.note')} description={t('move.noteHelp')} rows={2} maxLength={2000} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
        {to && !to.open ? <Alert color="yellow">{t('move.closed', { queue: to.name })}</Alert> : null}
        {move.error ? <Alert color="red" role="alert">{wordsOf(move.error)}</Alert> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('assign.cancel')}</Button>
          <Button type="submit" disabled={!to} loading={move.isPending}>{to ? t('move.to', { queue: to.name }) : t('move.submit')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
