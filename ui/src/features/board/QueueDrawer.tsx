import { Skeleton, Switch, Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles/Tabs.layer.css';
import { wordsOf } from '@/api/client';
import { useCan } from '@/api/session';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';
import { useNow } from '@/ui/time';
import { useBoardActions } from './actions';
import classes from './board.module.css';
import { ConversationRow, waitsSince } from './ConversationRow';
import { AssignModal } from './AssignModal';
import { inOrder } from './line';
import type { Clock } from './Longest';
import { MoveModal } from './MoveModal';
import { PriorityModal } from './PriorityModal';
import { TakeModal } from './TakeModal';
import type { BoardAgent, BoardQueue, Conversation } from './types';
import { MOST, useConversations } from './useConversations';

// What the board counts: in line are those ringing too; with an agent are those who hold capacity.
const LINE = 'waiting,offered';
const ACTIVE = 'active,wrapping';

interface Props {
  queue: BoardQueue;
  tab: 'line' | 'active';
  agents: readonly BoardAgent[];
  clock: Clock;
  onTab: (tab: 'line' | 'active') => void;
}

/** Who waits in a queue and why, who is being served, and what can be done about it. */
export function QueueDrawer({ queue: q, tab, agents, clock, onTab }: Props) {
  const { t } = useTranslation('board');
  const canAssign = useCan('conversation:assign');
  const { openQueue } = useBoardActions();
  return (
    <div className={classes.drawer}>
      {canAssign ? (
        <Switch checked={q.open} disabled={openQueue.isPending} label={t('drawer.accepting')} description={t('drawer.acceptingHelp')}
          onChange={(e) => openQueue.mutate({ id: q.id, name: q.name, open: e.currentTarget.checked })} />
      ) : null}
      <Tabs value={tab} onChange={(value) => onTab(value === 'active' ? 'active' : 'line')} keepMounted={false}>
        <Tabs.List grow>
          <Tabs.Tab value="line">{`${t('drawer.line')} (${String(q.waiting)})`}</Tabs.Tab>
          <Tabs.Tab value="active">{`${t('drawer.active')} (${String(q.active)})`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="line" pt="sm">
          <Conversations queue={q} states={LINE} figure={`${String(q.waiting)}/${String(q.offered)}/${q.longest_since ?? ''}`} agents={agents} clock={clock} inLine />
        </Tabs.Panel>
        <Tabs.Panel value="active" pt="sm">
          <Conversations queue={q} states={ACTIVE} figure={String(q.active)} agents={agents} clock={clock} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

interface ListProps {
  queue: BoardQueue;
  states: string;
  figure: string;
  agents: readonly BoardAgent[];
  clock: Clock;
  inLine?: boolean;
}

function Conversations({ queue: q, states, figure, agents, clock, inLine = false }: ListProps) {
  const { t } = useTranslation('board');
  const { data, error, refetch } = useConversations('queue', q.id, states, figure);
  if (!data) {
    if (error) return <ErrorNote words={wordsOf(error)} onRetry={() => void refetch()} />;
    return <Delayed><Skeleton h={56} mb={8} /><Skeleton h={56} mb={8} /><Skeleton h={56} /></Delayed>;
  }
  if (data.items.length === 0) return <p className={classes.empty}>{t(inLine ? 'drawer.emptyLine' : 'drawer.emptyActive')}</p>;
  return (
    <>
      <ConversationList items={inLine ? inOrder(data.items) : data.items} target={inLine ? q.target_seconds : null} agents={agents} clock={clock} />
      {data.more ? <p className={classes.empty}>{t('drawer.more', { count: MOST })}</p> : null}
    </>
  );
}

/** Rows with their actions. `target` in seconds makes it a line: rows get places, and late ones are marked. */
export function ConversationList({ items, target, agents, clock }: { items: readonly Conversation[]; target: number | null; agents: readonly BoardAgent[]; clock: Clock }) {
  const { take } = useBoardActions();
  const [assigning, setAssigning] = useState('');
  const [raising, setRaising] = useState('');
  const [moving, setMoving] = useState('');
  const [taking, setTaking] = useState('');
  // Whoever left the list meanwhile cannot be assigned or moved from it any more.
  const found = (id: string) => items.find((c) => c.id === id) ?? null;
  const now = useNow(5);
  const serverNow = clock.stopped ?? now + clock.skew;
  return (
    <>
      <ol className={classes.rows}>
        {items.map((c, i) => (
          <ConversationRow
            key={c.id}
            conversation={c}
            {...(target === null ? {} : { place: i + 1 })}
            clock={clock}
            late={target !== null && (serverNow - Date.parse(waitsSince(c))) / 1000 > target}
            onTake={(x) => (x.agent_id ? setTaking(x.id) : take.mutate(x.id))}
            onAssign={(x) => setAssigning(x.id)}
            onPriority={(x) => setRaising(x.id)}
            onMove={(x) => setMoving(x.id)}
          />
        ))}
      </ol>
      <AssignModal conversation={found(assigning)} agents={agents} onClose={() => setAssigning('')} />
      <PriorityModal conversation={found(raising)} line={items} onClose={() => setRaising('')} />
      <MoveModal conversation={found(moving)} onClose={() => setMoving('')} />
      <TakeModal conversation={found(taking)} onClose={() => setTaking('')} />
    </>
  );
}
