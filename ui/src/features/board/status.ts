/**
 * How good a figure is against its limit. Colour is never alone: each level has
 * an icon and a word beside it (see StatusMark).
 *
 * none: there is nothing to judge yet. ok: within the limit. near: 80 % of what
 * the limit allows is used up. breach: the limit is passed.
 */
export type Level = 'none' | 'ok' | 'near' | 'breach';

/** The share of a limit at which a figure turns amber. */
const NEAR = 0.8;

const rank: Record<Level, number> = { none: 0, ok: 1, near: 2, breach: 3 };

/** The worst of several levels, for the tile as a whole. */
export function worst(levels: readonly Level[]): Level {
  return levels.reduce<Level>((a, b) => (rank[b] > rank[a] ? b : a), 'none');
}

/** The longest wait in seconds against the queue's target; null when nobody waits. */
export function waitLevel(seconds: number | null, targetSeconds: number): Level {
  if (seconds === null || targetSeconds <= 0) return 'none';
  if (seconds > targetSeconds) return 'breach';
  return seconds >= NEAR * targetSeconds ? 'near' : 'ok';
}

/**
 * A service level (0–1) against its target in percent. The limit is what may be
 * missed: with a target of 80 %, a fifth may be late, and 80 % of that fifth is
 * used up once 84 % or fewer were in time.
 */
export function serviceLevel(share: number | null | undefined, targetPercent: number): Level {
  if (share === null || share === undefined || targetPercent <= 0) return 'none';
  const allowed = 1 - targetPercent / 100;
  const missed = 1 - share;
  // Shares are quotients: 0.8 of 100 arrives as 0.19999… missed.
  const slack = 1e-9;
  if (missed > allowed + slack) return 'breach';
  return allowed > 0 && missed >= NEAR * allowed - slack ? 'near' : 'ok';
}

/**
 * Whether anybody can take the next customer. Nobody at work while somebody
 * waits is a breach; everybody full while somebody waits, or an open queue that
 * nobody serves, is a warning.
 */
export function staffLevel(q: { open: boolean; waiting: number; staffed: number; available: number }): Level {
  if (q.available > 0) return 'ok';
  if (q.waiting > 0) return q.staffed === 0 ? 'breach' : 'near';
  return q.open && q.staffed === 0 ? 'near' : 'none';
}

/** How long a shown level stays whatever the figure does. */
export const HOLD_MS = 10_000;

/** A level as shown, and since when. */
export interface Held {
  readonly level: Level;
  readonly since: number;
}

/**
 * Moves a shown level towards what the figure says now. A change shows at once,
 * and then holds for HOLD_MS, so that a figure swinging around its limit does
 * not make the board blink. `now` is in milliseconds and must not go backwards.
 */
export function settle(held: Held | undefined, level: Level, now: number): Held {
  if (held === undefined) return { level, since: now };
  if (held.level === level) return held;
  return now - held.since >= HOLD_MS ? { level, since: now } : held;
}
