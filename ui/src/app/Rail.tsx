import { Menu, Tooltip, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import {
  IconAddressBook, IconChartBar, IconCommand, IconDeviceMobile, IconInbox, IconKeyboard, IconLayoutDashboard, IconLogout, IconSettings,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useNavigate } from 'react-router';
import { call, client } from '@/api/client';
import { useMe } from '@/api/session';
import type { Action } from '@/api/types';
import { testSound } from '@/features/offers';
import { Avatar } from '@/ui/Avatar';
import { keyLabel } from '@/ui/hotkeys';
import { Mark } from '@/ui/Mark';
import { PresenceDot } from '@/ui/presence';
import { changeSettings, useSettings, type Settings } from '@/ui/settings';
import { PresenceItems } from './PresenceMenu';
import classes from './Rail.module.css';

interface Place {
  to: string;
  word: string;
  icon: ReactNode;
  needs?: Action;
}

const places: Place[] = [
  { to: '/inbox', word: 'nav.inbox', icon: <IconInbox size={21} stroke={1.7} /> },
  { to: '/contacts', word: 'nav.contacts', icon: <IconAddressBook size={21} stroke={1.7} /> },
  { to: '/board', word: 'nav.board', icon: <IconLayoutDashboard size={21} stroke={1.7} />, needs: 'board:view' },
  { to: '/reports', word: 'nav.reports', icon: <IconChartBar size={21} stroke={1.7} />, needs: 'reports:view' },
  { to: '/admin', word: 'nav.admin', icon: <IconSettings size={21} stroke={1.7} />, needs: 'rules:view' },
];

interface Props {
  unread: number;
  onPalette: () => void;
  onHelp: () => void;
}

export function Rail({ unread, onPalette, onHelp }: Props) {
  const { t } = useTranslation('app');
  const me = useMe();
  const shown = places.filter((p) => !p.needs || me.actions.includes(p.needs));
  return (
    <nav className={classes.rail} aria-label={t('nav.label')}>
      <span className={classes.mark}><Mark size={30} /></span>
      {shown.map((p) => (
        <Tooltip key={p.to} label={t(p.word)} position="right">
          <NavLink to={p.to} className={classes.item} aria-label={t(p.word) + (p.to === '/inbox' && unread ? `, ${t('nav.unread', { count: unread })}` : '')}>
            {p.icon}
            {p.to === '/inbox' && unread > 0 && <span className={classes.badge} aria-hidden>{unread > 99 ? '99+' : unread}</span>}
          </NavLink>
        </Tooltip>
      ))}
      {me.demo && (
        <Tooltip label={t('nav.sandbox')} position="right">
          <a href="/sandbox" target="_blank" rel="noreferrer" className={`${classes.item} ${classes.extra}`} aria-label={t('nav.sandbox')}>
            <IconDeviceMobile size={21} stroke={1.7} />
          </a>
        </Tooltip>
      )}
      <span className={classes.gap} />
      <Tooltip label={`${t('nav.search')} (${keyLabel('mod+k')})`} position="right">
        <UnstyledButton className={`${classes.item} ${classes.extra}`} onClick={onPalette} aria-label={t('nav.search')}><IconCommand size={20} stroke={1.7} /></UnstyledButton>
      </Tooltip>
      <Tooltip label={`${t('nav.help')} (?)`} position="right">
        <UnstyledButton className={`${classes.item} ${classes.extra}`} onClick={onHelp} aria-label={t('nav.help')}><IconKeyboard size={20} stroke={1.7} /></UnstyledButton>
      </Tooltip>
      <AccountMenu />
    </nav>
  );
}

function AccountMenu() {
  const { t } = useTranslation('app');
  const me = useMe();
  const cache = useQueryClient();
  const navigate = useNavigate();
  async function logout() {
    await call(client.DELETE('/session')).catch(() => undefined);
    await navigate('/login');
    cache.clear();
  }
  return (
    <Menu position="right-end" width={250} withinPortal={false}>
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={t('nav.account', { name: me.agent.name, presence: t(`ui:presence.${me.agent.presence}`) })}>
          <Avatar name={me.agent.name} id={me.agent.id} size={34} />
          <span className={classes.dot}><PresenceDot presence={me.agent.presence} size={12} /></span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={classes.who}>
          <strong>{me.agent.name}</strong>
          <span>{me.agent.email}</span>
        </Menu.Label>
        <PresenceItems />
        <Menu.Divider />
        <ThemeItems />
        <Menu.Divider />
        <Preferences />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void logout()}>{t('user.logout')}</Menu.Item>
        <Menu.Label className={classes.version}>{t('user.version', { version: me.version })}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}

function ThemeItems() {
  const { t } = useTranslation('app');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t('user.theme')}</Menu.Label>
      <Menu.RadioGroup value={colorScheme} onChange={(s) => setColorScheme(s as MantineColorScheme)}>
        {(['light', 'dark', 'auto'] as const).map((s) => <Menu.RadioItem key={s} value={s}>{t(`user.${s}`)}</Menu.RadioItem>)}
      </Menu.RadioGroup>
    </>
  );
}

function Preferences() {
  const { t } = useTranslation('app');
  const settings = useSettings();
  const denied = typeof Notification !== 'undefined' && Notification.permission === 'denied';
  const change = (key: keyof Settings) => (on: boolean) => {
    changeSettings({ [key]: on });
    if (key === 'desktopNotices' && on && typeof Notification !== 'undefined' && Notification.permission === 'default') void Notification.requestPermission();
  };
  const item = (key: keyof Settings, word: string) => <Menu.CheckboxItem checked={settings[key]} onChange={change(key)}>{t(word)}</Menu.CheckboxItem>;
  return (
    <>
      <Menu.Label>{t('user.preferences')}</Menu.Label>
      {item('sounds', 'user.sounds')}
      {item('desktopNotices', 'user.notices')}
      {denied && <Menu.Label>{t('user.noticesDenied')}</Menu.Label>}
      {item('singleKeys', 'user.keys')}
      {item('enterSends', 'user.enter')}
      <Menu.Item closeMenuOnClick={false} onClick={() => void testSound()}>{t('user.testSound')}</Menu.Item>
    </>
  );
}
