/** An opening time in minutes after local midnight; `to` may pass 1440, into the next day. */
export interface Span {
  from: number;
  to: number;
}

/** Opening times of a queue as the server keeps them. */
export interface Hours {
  zone: string;
  week: Record<string, Span[]>;
  holidays: Record<string, Span[]>;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const DAY = 1440;

/** Minutes after midnight as a time field shows them: 24:00 and later wrap around. */
export function clock(minutes: number): string {
  const m = ((minutes % DAY) + DAY) % DAY;
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
}

/** Minutes after midnight of "09:30"; null when it is no time. */
export function minutes(text: string): number | null {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (parts === null) return null;
  const [hour, minute] = [Number(parts[1]), Number(parts[2])];
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

/**
 * The span between two clock times. An end at or before the begin means the
 * next day: 22:00–02:00 passes midnight, 00:00–00:00 is the whole day.
 */
export function span(from: number, end: number): Span {
  return { from, to: end > from ? end : end + DAY };
}

/** Whether the span reaches into the next day (ending at midnight does not count). */
export function pastMidnight(s: Span): boolean {
  return s.to > DAY;
}

/** What stands in the way of saving a day's spans; null when they are fine. */
export function overlap(spans: readonly Span[]): boolean {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  return sorted.some((s, i) => {
    const next = sorted[i + 1];
    return next !== undefined && next.from < s.to;
  });
}

/** A usual week to begin with. */
export function officeHours(zone: string): Hours {
  const week: Record<string, Span[]> = {};
  for (const day of weekdays) week[day] = day === 'sat' || day === 'sun' ? [] : [{ from: 540, to: 1080 }];
  return { zone, week, holidays: {} };
}

/** Opening times as the form edits them: every weekday present, spans in order. */
export function readHours(h: Hours | null | undefined): Hours | null {
  if (h === null || h === undefined || h.zone === '') return null;
  const sorted = (spans: readonly Span[] | undefined) =>
    [...(spans ?? [])].map((s) => ({ ...s })).sort((a, b) => a.from - b.from);
  const week: Record<string, Span[]> = {};
  for (const day of weekdays) week[day] = sorted(h.week[day]);
  const holidays: Record<string, Span[]> = {};
  for (const day of Object.keys(h.holidays).sort()) holidays[day] = sorted(h.holidays[day]);
  return { zone: h.zone, week, holidays };
}

/** What the server is told: an empty zone means always open. */
export function writeHours(h: Hours | null): Hours {
  return readHours(h) ?? { zone: '', week: {}, holidays: {} };
}
