import type { Words } from './words';
import type { Conversation, Line } from './types';

/** From here on the visitor is told that they need not stay. */
export const LONG_WAIT = 15 * 60;

export const isLong = (line: Line | null): boolean => (line?.low_seconds ?? 0) >= LONG_WAIT;

/** The expected wait in words; empty when there is too little to go by. */
export function waitWords(line: Line, t: Words): string {
  const { low_seconds: low, high_seconds: high } = line;
  if (high === undefined || high <= 0) return '';
  if (isLong(line)) return t.waitLong;
  const from = Math.floor((low ?? 0) / 60);
  const to = Math.max(1, Math.ceil(high / 60));
  if (to === 1) return t.waitMinute;
  if (from < 1) return t.waitUnder(to);
  return from === to ? t.waitRange(String(to)) : t.waitRange(`${from}–${to}`);
}

export type Way = 'message' | 'callback' | 'email';

/** What there is instead of waiting: what the server offers, an email once the wait is long, or nothing. */
export const wayOf = ({ line, instead }: Conversation): Way | undefined =>
  instead?.chosen ? undefined : (instead?.offered ?? (isLong(line) ? 'email' : undefined));
