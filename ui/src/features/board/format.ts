import { clock } from '@/ui/time';

const cache = new Map<string, Intl.NumberFormat>();

function numbers(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language}/${JSON.stringify(options)}`;
  let found = cache.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(language, options);
    cache.set(key, found);
  }
  return found;
}

const two = (n: number) => String(n).padStart(2, '0');

/**
 * A wait as a running clock: 0:42, 12:07, 1:02:07; from a day on, days and
 * hours. Whole seconds, rounded down, so that it never shows time not yet waited.
 */
export function clockText(seconds: number, language = 'en'): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s >= 86_400) {
    const day = numbers(language, { style: 'unit', unit: 'day', unitDisplay: 'narrow' });
    const hour = numbers(language, { style: 'unit', unit: 'hour', unitDisplay: 'narrow' });
    return `${day.format(Math.floor(s / 86_400))} ${hour.format(Math.floor((s % 86_400) / 3600))}`;
  }
  return clock(s);
}

/** The same for a wall: at most five characters under four days, whatever the wait. */
export function wallClock(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 3600) return `${String(Math.floor(s / 60))}:${two(s % 60)}`;
  if (s < 36_000) return `${String(Math.floor(s / 3600))}h${two(Math.floor((s % 3600) / 60))}`;
  if (s < 360_000) return `${String(Math.floor(s / 3600))}h`;
  return `${String(Math.floor(s / 86_400))}d`;
}

/** A share (0–1) as whole percent, one decimal where that shows a difference. Null: nothing to count yet. */
export function percent(share: number | null | undefined, language = 'en'): string | null {
  if (share === null || share === undefined) return null;
  return numbers(language, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }).format(share);
}

/** The time of day of a moment, to the second, the way the reader's system writes it. */
export function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}
