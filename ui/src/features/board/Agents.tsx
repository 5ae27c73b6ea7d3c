import { TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PresenceDot, presences } from '@/ui/presence';
import classes from './board.module.css';
import { LoadBar } from './LoadBar';
import { Since, type Clock } from './Longest';
import type { BoardAgent, Presence } from './types';

interface Props {
  agents: readonly BoardAgent[];
  clock: Clock;
  onOpen: (id: string) => void;
}

/** Everybody at work by state, the free first. */
export function Agents({ agents, clock, onOpen }: Props) {
  const { t } = useTranslation('board');
  const [find, setFind] = useState('');
  const wanted = find.trim().toLowerCase();
  const shown = agents.filter((a) => wanted === '' || a.name.toLowerCase().includes(wanted));
  return (
    <section aria-labelledby="board-agents">
      <div className={classes.sectionHead}>
        <h2 id="board-agents" className={classes.sectionTitle}>{t('agents')}</h2>
        {agents.length > 8 ? (
          <TextInput size="xs" className={classes.find} aria-label={t('findAgent')} placeholder={t('findAgent')}
            leftSection={<IconSearch size={14} aria-hidden />} value={find} onChange={(e) => setFind(e.currentTarget.value)} />
        ) : null}
      </div>
      <div className={classes.agentGroups}>
        {presences.map((p) => (
          <Group key={p} presence={p} clock={clock} onOpen={onOpen} agents={shown.filter((a) => a.presence === p)} />
        ))}
      </div>
    </section>
  );
}

function Group({ presence, agents, clock, onOpen }: Props & { presence: Presence }) {
  const { t } = useTranslation('board');
  const sorted = [...agents].sort((a, b) => a.load / (a.capacity || 1) - b.load / (b.capacity || 1) || a.name.localeCompare(b.name));
  return (
    <section className={classes.agentGroup} aria-labelledby={`agents-${presence}`}>
      <h3 id={`agents-${presence}`} className={classes.groupTitle}>
        <PresenceDot presence={presence} /> {t(`presence.${presence}`)} <span className={classes.count}>{agents.length}</span>
      </h3>
      {sorted.length === 0 ? <p className={classes.empty}>{t('noAgents')}</p> : null}
      <ul className={classes.agentList}>
        {sorted.map((a) => (
          <li key={a.id}>
            <AgentCard agent={a} clock={clock} onOpen={onOpen} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const AgentCard = memo(function AgentCard({ agent: a, clock, onOpen }: { agent: BoardAgent; clock: Clock; onOpen: (id: string) => void }) {
  const { t } = useTranslation('board');
  const held = a.conversations.length;
  return (
    <UnstyledButton className={classes.agent} onClick={() => onOpen(a.id)}>
      <span className={classes.agentTop}>
        <span className={classes.agentName} dir="auto">{a.name}</span>
        <span className={classes.under}>
          <Since at={a.presence_since} clock={clock} />
        </span>
      </span>
      <LoadBar load={a.load} capacity={a.capacity} />
      <span className={classes.agentBottom}>
        <span>{t('conversations', { count: held })}</span>
        <span className={classes.reason} dir="auto">
          {a.off_hours ? t('offDuty') : a.next_presence ? t('then', { presence: t(`presence.${a.next_presence}`) }) : a.reason}
        </span>
      </span>
    </UnstyledButton>
  );
});
