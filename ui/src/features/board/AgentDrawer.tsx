import { Button, Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/session';
import { PresenceDot, presences } from '@/ui/presence';
import { useBoardActions } from './actions';
import classes from './board.module.css';
import { LoadBar } from './LoadBar';
import { Since, type Clock } from './Longest';
import { ConversationList } from './QueueDrawer';
import type { BoardAgent } from './types';

/** One agent: state, load, and what they are working on. */
export function AgentDrawer({ agent: a, agents, clock }: { agent: BoardAgent; agents: readonly BoardAgent[]; clock: Clock }) {
  const { t } = useTranslation('board');
  const mayChange = useCan('agent:presence');
  const { presence } = useBoardActions();
  return (
    <div className={classes.drawer}>
      <div className={classes.agentState}>
        <PresenceDot presence={a.presence} />
        <b>{t(`presence.${a.presence}`)}</b>
        <span className={classes.soft}>
          <Since at={a.presence_since} clock={clock} />
          {a.reason ? ` · ${a.reason}` : ''}
          {a.next_presence ? ` · ${t('then', { presence: t(`presence.${a.next_presence}`) })}` : ''}
        </span>
        {mayChange ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button ms="auto" variant="default" size="xs" loading={presence.isPending} rightSection={<IconChevronDown size={14} aria-hidden />}>
                {t('drawer.state')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {presences.map((p) => (
                <Menu.Item key={p} disabled={p === a.presence} leftSection={<PresenceDot presence={p} />}
                  rightSection={p === a.presence ? <IconCheck size={14} aria-hidden /> : null}
                  onClick={() => presence.mutate({ id: a.id, name: a.name, presence: p })}>
                  {t(`presence.${p}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </div>
      <div className={classes.agentLoad}>
        <LoadBar load={a.load} capacity={a.capacity} />
        <span className={classes.soft}>{t('load', { load: a.load, capacity: a.capacity })}</span>
      </div>
      <h3 className={classes.groupTitle}>{t('conversations', { count: a.conversations.length })}</h3>
      {a.conversations.length === 0 ? (
        <p className={classes.empty}>{t('drawer.emptyAgent')}</p>
      ) : (
        <ConversationList items={a.conversations} target={null} agents={agents} clock={clock} />
      )}
    </div>
  );
}
