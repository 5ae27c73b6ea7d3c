import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconAlarmSnooze, IconArrowForwardUp, IconCheck, IconDots, IconFlag, IconHandGrab, IconRotate2, IconTag, IconUserPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import type { ConversationDetail } from '@/api/types';
import classes from './ActionBar.module.css';
import { possible, type Act } from './useActions';

export type Dialog = 'transfer' | 'assign' | 'snooze' | 'tags';

interface Props {
  conversation: ConversationDetail;
  busy: boolean;
  onAct: (act: Act) => void;
  onDialog: (dialog: Dialog) => void;
}

const steps = [60, 30, 10, -10];

/** What can be done with the conversation that is open; what cannot is not shown. */
export function ActionBar({ conversation: c, busy, onAct, onDialog }: Props) {
  const { t } = useTranslation('inbox');
  const me = useMe();
  const can = possible(c, me.agent.id);
  return (
    <>
      {can.transfer && (
        <Tip label={`${t('act.transfer')} (a)`}>
          <ActionIcon size="lg" variant="default" className={classes.icon} onClick={() => onDialog('transfer')} aria-label={t('act.transfer')}><IconArrowForwardUp size={18} stroke={1.7} /></ActionIcon>
        </Tip>
      )}
      {can.snooze && (
        <Tip label={`${t('act.snooze')} (z)`}>
          <ActionIcon size="lg" variant="default" className={classes.icon} onClick={() => onDialog('snooze')} aria-label={t('act.snooze')}><IconAlarmSnooze size={18} stroke={1.7} /></ActionIcon>
        </Tip>
      )}
      {can.reopen && <Button variant="default" disabled={busy} leftSection={<IconRotate2 size={16} />} onClick={() => onAct({ do: 'reopen' })}>{t('act.reopen')}</Button>}
      {can.take && (
        <Tip label={`${t('act.take')} (=)`}>
          <Button variant={can.resolve ? 'default' : 'filled'} disabled={busy} leftSection={<IconHandGrab size={16} />} onClick={() => onAct({ do: 'take' })}>{t('act.take')}</Button>
        </Tip>
      )}
      {can.resolve && (
        <Tip label={`${t('act.resolve')} (e)`}>
          <Button disabled={busy} leftSection={<IconCheck size={16} />} onClick={() => onAct({ do: 'resolve' })} data-testid="resolve"><span className={classes.word}>{t('act.resolve')}</span></Button>
        </Tip>
      )}
      {(can.assign || can.priority || can.tags) && (
        <Menu position="bottom-end" width={220} withinPortal={false}>
          <Menu.Target>
            <ActionIcon size="lg" aria-label={t('act.more')}><IconDots size={18} /></ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {can.tags && <Menu.Item leftSection={<IconTag size={16} />} rightSection={<span className={classes.key} aria-hidden>l</span>} onClick={() => onDialog('tags')}>{t('act.tags')}</Menu.Item>}
            {can.assign && <Menu.Item leftSection={<IconUserPlus size={16} />} onClick={() => onDialog('assign')}>{t('act.assign')}</Menu.Item>}
            {can.priority && (
              <>
                <Menu.Label>{t('act.priority')} · {t('priority.now', { count: c.priority })}</Menu.Label>
                {steps.map((n) => (
                  <Menu.Item key={n} leftSection={<IconFlag size={16} />} onClick={() => onAct({ do: 'priority', priority: c.priority + n })}>
                    {t(n > 0 ? 'priority.up' : 'priority.down', { count: Math.abs(n) })}
                  </Menu.Item>
                ))}
                {c.priority !== 0 && <Menu.Item onClick={() => onAct({ do: 'priority', priority: 0 })}>{t('priority.none')}</Menu.Item>}
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function Tip({ label, children }: { label: string; children: React.ReactElement }) {
  return <Tooltip label={label}>{children}</Tooltip>;
}
