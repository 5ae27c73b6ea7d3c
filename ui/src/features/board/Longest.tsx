import { useTranslation } from 'react-i18next';
import { useNow } from '@/ui/time';
import { longestWait } from './boardStore';
import { clockText, wallClock } from './format';
import type { BoardQueue } from './types';


export interface Clock {
  /** Server time less this machine's, in milliseconds. */
  skew: number;
  /** The feed is dead: time stands still at this server time. Null while it lives. */
  stopped: number | null;
}

/** The longest wait, counting up each second between the frames. */
export function Longest({ queue, clock, wall = false }: { queue: BoardQueue; clock: Clock; wall?: boolean }) {
  const { t, i18n } = useTranslation('board');
  const now = useNow();
  const seconds = longestWait(queue, clock.stopped ?? now + clock.skew);
  if (seconds === null) return <>{t('none')}</>;
  return <>{wall ? wallClock(seconds) : clockText(seconds, i18n.language)}</>;
}

/** How long ago a moment of the server's clock is, counting up. */
export function Since({ at, clock }: { at: string; clock: Clock }) {
  const { i18n } = useTranslation('board');
  const now = useNow();
  return <>{clockText(((clock.stopped ?? now + clock.skew) - Date.parse(at)) / 1000, i18n.language)}</>;
}
