/** An opening time in minutes after local midnight; `to` may pass 1440, into the next day. */
export interface Span {
  from: number;
  to: number;
}

/** A calendar as the server keeps it, of a queue or a person. */
export interface Hours {
  zone: string;
  week: Record<string, Span[]>;
  /** Days with hours of their own, or none, by date. */
  holidays: Record<string, Span[]>;
  /** What those days are called. */
  names?: Record<string, string>;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const DAY = 1440;

/** Minutes after midnight as a time field shows them: 24:00 and later wrap around. */
export function clock(minutes: number): string {
  const m = ((minutes % DAY) + DAY) % DAY;
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
}

/**
 * Minutes after midnight of a time as people write it: 9, 930, 9:30, 9.30, 5pm.
 * 24:00 is the end of the day. Null when it is no time.
 */
export function minutes(text: string): number | null {
  const parts = /^(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm|a|p)?$/i.exec(text.trim());
  if (parts === null) return null;
  const [minute, half] = [Number(parts[2] ?? 0), parts[3]?.[0]?.toLowerCase()];
  let hour = Number(parts[1]);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  if (hour === 24 && minute === 0) return DAY;
  return hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

/**
 * The span between two clock times. An end at or before the begin means the
 * next day: 22:00–02:00 passes midnight, 00:00–00:00 is the whole day.
 */
export function span(from: number, end: number): Span {
  const begin = from % DAY;
  return { from: begin, to: end > begin ? end : end + DAY };
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
  return { zone, week, holidays: {}, names: {} };
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
  const names: Record<string, string> = {};
  for (const day of Object.keys(holidays)) {
    const name = h.names?.[day]?.trim();
    if (name) names[day] = name;
  }
  return { zone: h.zone, week, holidays, names };
}

/** What the server is told: an empty zone means always open. */
export function writeHours(h: Hours | null): Hours {
  return readHours(h) ?? { zone: '', week: {}, holidays: {} };
}

/** The day before in the week. */
export const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7] ?? 'sun';

/** What of a day's spans reaches into the next one, by the clock of that. */
export const carried = (spans: readonly Span[]): Span[] => spans.filter(pastMidnight).map((s) => ({ from: 0, to: s.to - DAY }));

/** Weekdays whose hours run into each other, within the day or from the night before. */
export function clashes(week: Readonly<Record<string, readonly Span[]>>): Weekday[] {
  return weekdays.filter((d) => overlap([...carried(week[dayBefore(d)] ?? []), ...(week[d] ?? [])]));
}

/** The next opening of a day: after the last, an hour later if there is room, up to four hours long; null when the day is full. */
export function nextSpan(spans: readonly Span[]): Span | null {
  if (spans.length === 0) return { from: 540, to: 1080 };
  const end = Math.max(...spans.map((s) => s.to));
  if (end >= DAY - 1) return null;
  const from = end + 60 < DAY ? end + 60 : end + 1;
  return { from, to: Math.min(from + 240, DAY) };
}

/** Days after another that have the same hours. */
export interface Group {
  days: Weekday[];
  spans: readonly Span[];
}

/** The week in as few groups as it has: Monday to Friday, Saturday, Sunday. */
export function groups(week: Readonly<Record<string, readonly Span[]>>): Group[] {
  const out: Group[] = [];
  for (const day of weekdays) {
    const spans = week[day] ?? [];
    const last = out.at(-1);
    if (last && JSON.stringify(last.spans) === JSON.stringify(spans)) last.days.push(day);
    else out.push({ days: [day], spans });
  }
  return out;
}

/** Hours in a week: what is staffed or open in all, without holidays. */
export const weeklyMinutes = (week: Readonly<Record<string, readonly Span[]>>): number =>
  weekdays.reduce((sum, d) => sum + (week[d] ?? []).reduce((n, s) => n + s.to - s.from, 0), 0);

/** "09:30–18:00" of a span; one that ends at midnight ends at 24:00. */
export const spanWords = (s: Span): string => `${clock(s.from)}–${s.to === DAY ? '24:00' : clock(s.to)}`;

/** The most days that are added at once. */
export const MOST_DAYS = 62;

/** Each date from one to another, both included; the first alone when the other is empty or before it. */
export function datesFrom(first: string, last: string): string[] {
  const begin = Date.parse(`${first}T00:00:00Z`);
  const end = Date.parse(`${last}T00:00:00Z`);
  if (Number.isNaN(begin)) return [];
  if (Number.isNaN(end) || end <= begin) return [first];
  const n = Math.min(MOST_DAYS, Math.round((end - begin) / 86_400_000) + 1);
  return Array.from({ length: n }, (_, i) => new Date(begin + i * 86_400_000).toISOString().slice(0, 10));
}

/** The date in a time zone: "2026-12-25". */
export function dateIn(zone: string, at: number): string {
  const p = Object.fromEntries(new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at).map((x) => [x.type, x.value]));
  return `${String(p['year'])}-${String(p['month'])}-${String(p['day'])}`;
}

/** What a pull along a day's bar makes of a moment: to the quarter of an hour. */
export const snap = (m: number): number => Math.max(0, Math.min(DAY, Math.round(m / 15) * 15));

/** Each place of a calendar's editor that can show a fault of its own. */
export function hoursPaths(prefix: string, h: Hours | null): string[] {
  if (h === null) return [prefix];
  return [prefix, ...['zone', 'week', 'holidays', 'names'].map((p) => `${prefix}.${p}`),
    ...Object.keys(h.week).map((d) => `${prefix}.week.${d}`), ...Object.keys(h.holidays).map((d) => `${prefix}.holidays.${d}`)];
}

/** A calendar that another form can begin with. */
export interface Named {
  name: string;
  hours: Hours;
}

/** The different calendars among those of others, each under the first name that has it, at most so many. */
export function distinct(list: readonly { name: string; hours?: Hours | null | undefined }[], most = 20): Named[] {
  const out = new Map<string, Named>();
  for (const { name, hours } of list) {
    const read = readHours(hours);
    const key = JSON.stringify(read);
    if (read && !out.has(key) && out.size < most) out.set(key, { name, hours: read });
  }
  return [...out.values()];
}
