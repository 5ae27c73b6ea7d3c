export const FIRST = 500;
export const LONGEST = 15_000;

/** How long to wait before the n-th new attempt (from 0), in ms: half fixed, half chance, so that many do not return at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
  return Math.round(most / 2 + (most / 2) * random());
}

/** A moment within the time a leaving server gives. */
export const moveDelay = (withinMs: number, random: () => number = Math.random): number =>
  Math.round(Math.min(Math.max(withinMs || 0, 0), 60_000) * random());
