import { Alert, Button, Group, Modal, Select, Stack } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsOf } from '@/api/client';
import { presences } from '@/ui/presence';
import { useBoardActions } from './actions';
import classes from './board.module.css';
import type { BoardAgent, Conversation } from './types';

/** Agents to give a conversation to: by state, then by room. */
export function byRoom(agents: readonly BoardAgent[]): BoardAgent[] {
  const rank = (a: BoardAgent) => presences.indexOf(a.presence);
  const free = (a: BoardAgent) => a.capacity - a.load;
  return agents
    .filter((a) => a.enabled)
    .sort((a, b) => rank(a) - rank(b) || free(b) - free(a) || a.name.localeCompare(b.name));
}

interface Props {
  conversation: Conversation | null;
  agents: readonly BoardAgent[];
  onClose: () => void;
}

export function AssignModal({ conversation, agents, onClose }: Props) {
  const { t } = useTranslation('board');
  const name = conversation?.contact.name || t('row.unknown');
  return (
    <Modal opened={conversation !== null} onClose={onClose} title={t('assign.title', { name })}>
      {conversation ? <AssignForm conversation={conversation} customer={name} agents={agents} onClose={onClose} /> : null}
    </Modal>
  );
}

function AssignForm({ conversation, customer, agents, onClose }: { conversation: Conversation; customer: string; agents: readonly BoardAgent[]; onClose: () => void }) {
  const { t } = useTranslation('board');
  const { assign } = useBoardActions();
  const [id, setID] = useState<string | null>(null);
  const choices = byRoom(agents).filter((a) => a.id !== conversation.agent_id || conversation.state === 'offered');
  const agent = agents.find((a) => a.id === id);
  const data = presences
    .map((p) => ({
      group: t(`presence.${p}`),
      items: choices
        .filter((a) => a.presence === p)
        .map((a) => ({
          value: a.id,
          label: `${a.name} · ${t('assign.room', { free: Math.max(0, a.capacity - a.load), capacity: a.capacity })}`,
        })),
    }))
    .filter((g) => g.items.length > 0);
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (agent) assign.mutate({ id: conversation.id, agentID: agent.id, customer, agent: agent.name }, { onSuccess: onClose });
      }}
    >
      <Stack>
        <Select label={t('assign.agent')} placeholder={t('assign.find')} nothingFoundMessage={t('assign.none')} searchable required
          data-autofocus data={data} value={id} onChange={setID} withScrollArea={false} classNames={{ options: classes.options }} />
        {agent && agent.presence !== 'available' ? (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
            {t('assign.away', { name: agent.name, presence: t(`presence.${agent.presence}`).toLowerCase() })}
          </Alert>
        ) : null}
        {agent && agent.load >= agent.capacity ? (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
            {t('assign.over', { name: agent.name, load: agent.load, capacity: agent.capacity })}
          </Alert>
        ) : null}
        {agent?.off_hours ? <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>{t('assign.offDuty', { name: agent.name })}</Alert> : null}
        {assign.error ? <Alert color="red" role="alert">{wordsOf(assign.error)}</Alert> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('assign.cancel')}</Button>
          <Button type="submit" disabled={!agent || agent.off_hours} loading={assign.isPending}>{t('assign.submit')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
