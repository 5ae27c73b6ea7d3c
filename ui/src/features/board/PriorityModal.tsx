import { Alert, Button, Group, Modal, NumberInput, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles/NumberInput.layer.css';
import { wordsOf } from '@/api/client';
import { queuesQuery } from '@/api/queries';
import { useBoardActions } from './actions';
import { priorityForFront } from './line';
import type { Conversation } from './types';

interface Props {
  conversation: Conversation | null;
  /** The whole line, to know what the front takes. */
  line: readonly Conversation[];
  onClose: () => void;
}

export function PriorityModal({ conversation, line, onClose }: Props) {
  const { t } = useTranslation('board');
  const name = conversation?.contact.name || t('row.unknown');
  return (
    <Modal opened={conversation !== null} onClose={onClose} title={t('priority.title', { name })}>
      {conversation ? <PriorityForm conversation={conversation} line={line} onClose={onClose} /> : null}
    </Modal>
  );
}

function PriorityForm({ conversation, line, onClose }: Props & { conversation: Conversation }) {
  const { t } = useTranslation('board');
  const { prioritize } = useBoardActions();
  const [value, setValue] = useState<number | string>(conversation.priority);
  const { data: queues } = useQuery(queuesQuery);
  const queue = queues?.items.find((q) => q.id === conversation.queue_id);
  const front = queue ? priorityForFront(line, conversation.id, queue) : null;
  const strict = queue?.order === 'priority';
  const valid = typeof value === 'number' && Number.isInteger(value);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (valid) prioritize.mutate({ id: conversation.id, priority: value }, { onSuccess: onClose });
      }}
    >
      <Stack>
        <NumberInput label={t(strict ? 'priority.labelStrict' : 'priority.label')} description={t(strict ? 'priority.helpStrict' : 'priority.help')} data-autofocus min={-1000} max={1000}
          allowDecimal={false} value={value} onChange={setValue} />
        <Group gap="xs">
          {(strict ? [1, 10] : [15, 60]).map((m) => (
            <Button key={m} size="compact-sm" variant="default" onClick={() => setValue(Math.min(1000, conversation.priority + m))}>
              {t(strict ? 'priority.plusStrict' : 'priority.plus', { minutes: m })}
            </Button>
          ))}
          {front !== null && front !== conversation.priority ? (
            <Button size="compact-sm" variant="default" onClick={() => setValue(front)}>{t('priority.front', { minutes: front })}</Button>
          ) : null}
          <Button size="compact-sm" variant="default" onClick={() => setValue(0)}>{t('priority.reset')}</Button>
        </Group>
        {prioritize.error ? <Alert color="red" role="alert">{wordsOf(prioritize.error)}</Alert> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('assign.cancel')}</Button>
          <Button type="submit" disabled={!valid} loading={prioritize.isPending}>{t('priority.submit')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
