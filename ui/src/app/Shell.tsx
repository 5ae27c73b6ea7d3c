import { useMantineColorScheme } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useMatch, useNavigate } from 'react-router';
import { useMe } from '@/api/session';
import { OfferCards, useOffers } from '@/features/offers';
import { conversationsQuery, unreadOf } from '@/api/queries';
import { Announcer } from '@/ui/announce';
import { useCommands, type Command } from '@/ui/commands';
import { useKeys } from '@/ui/hotkeys';
import { presences } from '@/ui/presence';
import { LinkBanner } from './LinkBanner';
import { Rail } from './Rail';
import classes from './Shell.module.css';
import { usePresence } from './usePresence';

const Palette = lazy(() => import('./Palette').then((m) => ({ default: m.Palette })));
const Help = lazy(() => import('./Help').then((m) => ({ default: m.Help })));

/** Rail, banners and what is over every page. */
export function Shell() {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const change = usePresence();
  const [layer, setLayer] = useState<'palette' | 'help' | null>(null);
  const close = useCallback(() => setLayer(null), []);
  const open = useCallback((id: string) => void navigate(`/inbox/mine/${id}`, { state: { focus: 'composer' } }), [navigate]);
  const openId = useMatch('/inbox/:view/:id')?.params.id;
  const unread = useUnread();
  useTitle(unread);
  usePlaces(() => setLayer('palette'), () => setLayer('help'));

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#page">{t('nav.skip')}</a>
      <LinkBanner />
      <Rail unread={unread} onPalette={() => setLayer('palette')} onHelp={() => setLayer('help')} />
      <div id="page" className={classes.page} tabIndex={-1}>
        <Outlet />
      </div>
      <OfferCards
        openId={openId}
        onOpen={open}
        onBack={() => change.mutate({ presence: 'available' })}
      />
      <Suspense fallback={null}>
        {layer === 'palette' && <Palette onClose={close} />}
        {layer === 'help' && <Help onClose={close} />}
      </Suspense>
      <Announcer />
    </div>
  );
}

function useUnread(): number {
  const { data } = useInfiniteQuery({ ...conversationsQuery({ view: 'mine' }), select: unreadOf });
  return data ?? 0;
}

/** The tab's title counts what waits for me, so that a background tab tells it. */
function useTitle(unread: number): void {
  const offers = useOffers().length;
  const n = unread + offers;
  useEffect(() => {
    document.title = n > 0 ? `(${n}) Parley` : 'Parley';
  }, [n]);
}

function usePlaces(openPalette: () => void, openHelp: () => void): void {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const me = useMe();
  const { mutate } = usePresence();
  const { setColorScheme } = useMantineColorScheme();
  const go = (to: string) => () => void navigate(to);
  useKeys({
    'mod+k': openPalette,
    '?': openHelp,
    'g i': go('/inbox/all'),
    'g m': go('/inbox/mine'),
    'g q': go('/inbox/line'),
    'g c': go('/contacts'),
    f6: (e) => focusPane(1, e),
    'shift+f6': (e) => focusPane(-1, e),
  });
  const list = useMemo<Command[]>(() => {
    const can = new Set(me.actions);
    const place = (id: string, to: string, label: string, keys?: string): Command => ({ id, label: t(label), group: t('palette.go'), run: () => void navigate(to), keys });
    return [
      place('mine', '/inbox/mine', 'palette.mine', 'g m'),
      place('inbox', '/inbox/all', 'nav.inbox', 'g i'),
      place('contacts', '/contacts', 'nav.contacts', 'g c'),
      ...(can.has('board:view') ? [place('board', '/board', 'nav.board')] : []),
      ...(can.has('reports:view') ? [place('reports', '/reports', 'nav.reports')] : []),
      ...(can.has('rules:view') ? [place('admin', '/admin', 'nav.admin')] : []),
      ...presences.map((p) => ({ id: `be-${p}`, label: t(`ui:presence.${p}`), group: t('palette.state'), run: () => mutate({ presence: p }) })),
      ...(['light', 'dark', 'auto'] as const).map((s) => ({ id: `look-${s}`, label: t(`user.${s}`), group: t('palette.look'), run: () => setColorScheme(s), words: 'theme' })),
    ];
  }, [me.actions, mutate, navigate, setColorScheme, t]);
  useCommands(list);
}

/** F6: the next pane that can be seen takes the focus. */
function focusPane(step: 1 | -1, _e: KeyboardEvent): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((p) => p.offsetParent !== null);
  if (panes.length === 0) return;
  const at = panes.findIndex((p) => p.contains(document.activeElement));
  const next = panes[(at + step + panes.length) % panes.length];
  const within = (selector: string) => next?.querySelector<HTMLElement>(selector);
  const target = within('[data-pane-focus]') ?? within('a[data-id][aria-current]') ?? within('a[data-id]') ?? within('button,a[href],input,textarea,[tabindex="0"]') ?? next;
  target?.focus();
}

