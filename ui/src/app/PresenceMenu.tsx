import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/session';
import type { Agent, Presence } from '@/api/types';
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

/** My state in words, why Parley changed it if it did, and one click back. Its room is always the same. */
export function PresenceBar() {
  const { t } = useTranslation('app');
  const { agent } = useMe();
  const change = usePresence();
  const now = useNow(10);
  const word = t(`ui:presence.${agent.presence}`);
  const reason = reasonOf(agent);
  const next = agent.next_presence ? t('presence.nextNote', { presence: t(`ui:presence.${agent.next_presence}`) }) : '';
  const note = next || (reason ? t(reason, { reason: agent.reason }) : span((now - Date.parse(agent.presence_since)) / 1000));
  return (
    <>
      <Menu position="bottom-start" width={230} withinPortal={false}>
        <Menu.Target>
          <UnstyledButton className={classes.button} data-changed={reason ? '' : undefined} aria-label={`${t('presence.label', { presence: word })}, ${note}`}>
            <PresenceDot presence={agent.presence} />
            <span className={classes.word}>{word}</span>
            <span className={classes.note}>{note}</span>
            <IconChevronDown size={14} aria-hidden style={{ flex: 'none' }} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown><PresenceItems /></Menu.Dropdown>
      </Menu>
      {reason && <UnstyledButton className={classes.back} onClick={() => change.mutate({ presence: 'available' })}>{t('presence.back')}</UnstyledButton>}
    </>
  );
}

/** The words for a state that I did not choose. */
function reasonOf(agent: Agent): string | undefined {
  if (!agent.reason || agent.presence === 'available') return undefined;
  if (agent.reason === 'missed an offer') return 'presence.missed';
  return agent.reason === 'disconnected' ? 'presence.disconnected' : 'presence.other';
}
