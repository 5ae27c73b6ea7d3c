import { Button, Group, Modal, Text, TextInput, Textarea, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSearch, IconUsersGroup } from '@tabler/icons-react';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery, queuesQuery } from '@/api/queries';
import { useMe } from '@/api/session';
import type { Agent, ConversationDetail, Queue } from '@/api/types';
import { Avatar } from '@/ui/Avatar';
import { composing } from '@/ui/hotkeys';
import { PresenceDot } from '@/ui/presence';
import classes from './modals.module.css';
import type { Act } from './useActions';

const order = { available: 0, busy: 1, away: 2, offline: 3 };

/** Who can take it soonest first: available with room, then the others. */
export function rankAgents(agents: Agent[], not: string): Agent[] {
  const full = (a: Agent) => (a.presence === 'available' && a.load < a.capacity ? 0 : 1);
  return agents
    .filter((a) => a.enabled && a.id !== not)
    .sort((a, b) => full(a) - full(b) || order[a.presence] - order[b.presence] || a.load / (a.capacity || 1) - b.load / (b.capacity || 1) || a.name.localeCompare(b.name));
}

interface Props {
  conversation: ConversationDetail;
  /** Assigning gives it at once, without a note (supervisors). */
  mode: 'transfer' | 'assign';
  onClose: () => void;
  onAct: (act: Act, to: string) => void;
  busy: boolean;
}

type Target = { agent: Agent } | { queue: Queue };

export function TransferModal({ conversation: c, mode, onClose, onAct, busy }: Props) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const { data: agents } = useQuery({ ...agentsQuery, staleTime: 5000 });
  const { data: queues } = useQuery(queuesQuery);
  const [find, setFind] = useState('');
  const [note, setNote] = useState('');
  const [target, setTarget] = useState<Target | null>(null);
  const fits = (name: string) => name.toLowerCase().includes(find.trim().toLowerCase());
  const people = rankAgents(agents?.items ?? [], c.agent_id).filter((a) => fits(a.name));
  const lines = mode === 'transfer' ? (queues?.items ?? []).filter((q) => fits(q.name) && (q.id !== c.queue_id || c.agent_id !== '')) : [];
  const name = target ? ('agent' in target ? target.agent.name : target.queue.name) : '';
  const id = target ? ('agent' in target ? target.agent.id : target.queue.id) : '';

  function submit(e: FormEvent) {
    e.preventDefault();
    if (!target) return;
    if (mode === 'assign' && 'agent' in target) onAct({ do: 'assign', agent_id: target.agent.id }, name);
    else if ('agent' in target) onAct({ do: 'transfer', agent_id: target.agent.id, note: note.trim() || undefined }, name);
    else onAct({ do: 'transfer', queue_id: target.queue.id, note: note.trim() || undefined }, name);
  }
  const pickFirst = (e: KeyboardEvent) => {
    if (e.key !== 'Enter' || composing(e.nativeEvent)) return;
    e.preventDefault();
    const first: Target | undefined = people[0] ? { agent: people[0] } : lines[0] ? { queue: lines[0] } : undefined;
    if (first) setTarget(first);
  };
  return (
    <Modal opened onClose={onClose} title={<bdi>{t(mode === 'assign' ? 'transfer.assignTitle' : 'transfer.title', { name: c.contact.name })}</bdi>}>
      <form onSubmit={submit}>
        <TextInput data-autofocus value={find} onChange={(e) => setFind(e.currentTarget.value)} onKeyDown={pickFirst} placeholder={t('transfer.find')} aria-label={t('transfer.find')} leftSection={<IconSearch size={15} aria-hidden />} />
        <div className={classes.scroll} role="radiogroup" aria-label={t('transfer.find')}>
          {people.length > 0 && <h3 className={classes.head}>{t('transfer.agents')}</h3>}
          {people.map((a) => (
            <UnstyledButton key={a.id} type="button" role="radio" aria-checked={id === a.id} className={classes.choice} w="100%" onClick={() => setTarget({ agent: a })}>
              <Avatar name={a.name} id={a.id} size={26} />
              <span className={classes.who}>{a.name}{a.id === me.agent.id ? ` (${t('transfer.you')})` : ''}</span>
              <span className={classes.side}>
                {a.load >= a.capacity && a.capacity > 0 ? `${t('transfer.full')} · ` : ''}
                {t('transfer.load', { load: a.load, capacity: a.capacity })} · {t(`ui:presence.${a.presence}`)} <PresenceDot presence={a.presence} />
              </span>
            </UnstyledButton>
          ))}
          {lines.length > 0 && <h3 className={classes.head}>{t('transfer.queues')}</h3>}
          {lines.map((q) => (
            <UnstyledButton key={q.id} type="button" role="radio" aria-checked={id === q.id} className={classes.choice} w="100%" onClick={() => setTarget({ queue: q })}>
              <IconUsersGroup size={20} stroke={1.6} aria-hidden />
              <span className={classes.who}>{q.name}</span>
              <span className={classes.side}>{q.open ? '' : t('transfer.closedQueue')}</span>
            </UnstyledButton>
          ))}
          {people.length + lines.length === 0 && agents && queues && <Text c="dimmed" p="sm">{t('transfer.nobody')}</Text>}
        </div>
        {mode === 'transfer' && (
          <Textarea label={t('transfer.note')} description={t('transfer.noteHint')} value={note} onChange={(e) => setNote(e.currentTarget.value)} rows={2} maxLength={2000} />
        )}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={onClose}>{t('transfer.cancel')}</Button>
          <Button type="submit" disabled={!target} loading={busy}>
            {!target ? t('transfer.submit') : t(mode === 'assign' ? 'transfer.assignTo' : 'transfer.submitTo', { to: name })}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
