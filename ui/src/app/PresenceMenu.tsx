import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import type { Presence } from '@/api/types';
import { PresenceDot, presences } from '@/ui/presence';
import { span, useNow } from '@/ui/time';
import classes from './PresenceMenu.module.css';
import { usePresence } from './usePresence';

/** The choices, for any menu: now, and after my last conversation. */
export function PresenceItems() {
  const { t } = useTranslation('app');
  const { agent } = useMe();
  const change = usePresence();
  const word = (p: Presence) => t(`ui:presence.${p}`);
  return (
    <>
      <Menu.Label>{t('presence.now')}</Menu.Label>
      <Menu.RadioGroup value={agent.presence} onChange={(p) => change.mutate({ presence: p as Presence })}>
        {presences.map((p) => <Menu.RadioItem key={p} value={p} closeMenuOnClick rightSection={<PresenceDot presence={p} />}>{word(p)}</Menu.RadioItem>)}
      </Menu.RadioGroup>
      <Menu.Divider />
      <Menu.Label>{t('presence.next')}</Menu.Label>
      <Menu.RadioGroup value={agent.next_presence || agent.presence} onChange={(p) => change.mutate({ presence: p as Presence, next: p !== agent.presence })}>
        {(['away', 'offline'] as const).map((p) => <Menu.RadioItem key={p} value={p} closeMenuOnClick rightSection={<PresenceDot presence={p} />}>{word(p)}</Menu.RadioItem>)}
        {agent.next_presence && <Menu.RadioItem value={agent.presence} closeMenuOnClick>{t('presence.cancelNext')}</Menu.RadioItem>}
      </Menu.RadioGroup>
    </>
  );
}

/** My state in words, with a menu to change it. */
export function PresenceButton() {
  const { t } = useTranslation('app');
  const { agent } = useMe();
  const now = useNow(10);
  const word = t(`ui:presence.${agent.presence}`);
  const next = agent.next_presence ? t('presence.nextNote', { presence: t(`ui:presence.${agent.next_presence}`) }) : '';
  return (
    <Menu position="bottom-start" width={230} withinPortal={false}>
      <Menu.Target>
        <UnstyledButton className={classes.button} data-presence={agent.presence} aria-label={t('presence.label', { presence: word })}>
          <PresenceDot presence={agent.presence} />
          <span className={classes.word}>{word}</span>
          <span className={classes.note}>{next || span((now - Date.parse(agent.presence_since)) / 1000)}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown><PresenceItems /></Menu.Dropdown>
    </Menu>
  );
}

/** Why Parley changed my state, with one click back. */
export function PresenceReason() {
  const { t } = useTranslation('app');
  const { agent } = useMe();
  const change = usePresence();
  if (!agent.reason || agent.presence === 'available') return null;
  const words =
    agent.reason === 'missed an offer' ? t('presence.missed')
    : agent.reason === 'disconnected' ? t('presence.disconnected')
    : t('presence.other', { presence: t(`ui:presence.${agent.presence}`).toLowerCase(), reason: agent.reason });
  return (
    <div className={classes.reason} role="status">
      <span>{words}</span>
      <UnstyledButton className={classes.back} onClick={() => change.mutate({ presence: 'available' })}>{t('presence.back')}</UnstyledButton>
    </div>
  );
}
