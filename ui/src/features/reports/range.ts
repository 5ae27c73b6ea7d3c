/** The filters of a report as they stand in the URL. */
export interface Filters {
  readonly range: Range;
  readonly from: string;
  readonly to: string;
  readonly by: Dimension;
  readonly queue: string;
  readonly channel: string;
  readonly agent: string;
}

export const ranges = ['today', '7d', '30d', 'custom'] as const;
export type Range = (typeof ranges)[number];

export const dimensions = ['queue', 'channel', 'agent', 'day', 'hour'] as const;
export type Dimension = (typeof dimensions)[number];

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** Whether the text is a day of the calendar in the form 2026-12-31. */
export function isDay(text: string | null): text is string {
  if (text === null || !dayForm.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** The day it is in a time zone (the reader's own when none is known yet). */
export function dayIn(zone: string | undefined, at: Date): string {
  const form: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' };
  let parts;
  try {
    parts = new Intl.DateTimeFormat('en-US', { ...form, timeZone: zone }).formatToParts(at);
  } catch {
    // A zone that this browser does not know.
    parts = new Intl.DateTimeFormat('en-US', form).formatToParts(at);
  }
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The day n days after (or before) another. */
export function addDays(day: string, n: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + n);
  return at.toISOString().slice(0, 10);
}

/** How many days a range covers, both ends included. */
export function dayCount(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}

function oneOf<T extends string>(all: readonly T[], text: string | null, otherwise: T): T {
  return all.find((x) => x === text) ?? otherwise;
}

/** Reads the filters out of the URL; whatever is missing or makes no sense gets its default. */
export function readFilters(params: URLSearchParams, today: string): Filters {
  let range = oneOf(ranges, params.get('range'), 'today');
  let from = today;
  let to = today;
  if (range === '7d') from = addDays(today, -6);
  if (range === '30d') from = addDays(today, -29);
  if (range === 'custom') {
    const a = params.get('from');
    const b = params.get('to');
    if (isDay(a) && isDay(b)) [from, to] = a <= b ? [a, b] : [b, a];
    else range = 'today';
  }
  return {
    range,
    from,
    to,
    by: oneOf(dimensions, params.get('by'), 'queue'),
    queue: params.get('queue') ?? '',
    channel: params.get('channel') ?? '',
    agent: params.get('agent') ?? '',
  };
}

/** Writes filters into URL parameters, leaving out what is the default; other parameters stay. */
export function writeFilters(params: URLSearchParams, f: Filters): URLSearchParams {
  const out = new URLSearchParams(params);
  const set = (key: string, value: string, otherwise: string) => {
    if (value === otherwise) out.delete(key);
    else out.set(key, value);
  };
  set('range', f.range, 'today');
  set('from', f.range === 'custom' ? f.from : '', '');
  set('to', f.range === 'custom' ? f.to : '', '');
  set('by', f.by, 'queue');
  set('queue', f.queue, '');
  set('channel', f.channel, '');
  set('agent', f.agent, '');
  return out;
}
