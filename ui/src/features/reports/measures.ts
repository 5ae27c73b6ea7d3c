import type { Report } from './types';

/** How a figure is written. Seconds are shown as durations, shares as percent. */
export type Unit = 'count' | 'seconds' | 'share' | 'score';

/** The facts behind a figure: what to ask the server for, and which of them count. */
export interface Facts {
  readonly metric: string;
  readonly only?: 'within' | 'short' | 'not_short';
  readonly score?: number;
}

/** One column of a report. Its title is the word `measure.<id>`. */
export interface Measure {
  readonly id: string;
  readonly unit: Unit;
  readonly value: (r: Report) => number | null | undefined;
  readonly facts?: Facts;
  /** The names the server may define it under, the first found wins. */
  readonly defined: readonly string[];
}

const firstResponse: Facts = { metric: 'first_response' };
const answered: Facts = { metric: 'wait_answered' };
const told: Facts = { metric: 'expected_wait' };
const scores: Facts = { metric: 'csat_score' };
const handled: Facts = { metric: 'handle_time' };

function make(
  id: string,
  unit: Unit,
  value: Measure['value'],
  defined: readonly string[],
  facts?: Facts,
): Measure {
  return facts === undefined ? { id, unit, value, defined } : { id, unit, value, defined, facts };
}

const all: readonly Measure[] = [
  make('started', 'count', (r) => r.started, ['started', 'conversation_started'], { metric: 'conversation_started' }),
  make('answered', 'count', (r) => r.answered, ['answered', 'wait_answered'], answered),
  make('answered_within', 'count', (r) => r.answered_within, ['service_level'], { metric: 'wait_answered', only: 'within' }),
  make('service_level', 'share', (r) => r.service_level, ['service_level'], answered),
  make('abandoned', 'count', (r) => r.abandoned, ['abandonment', 'wait_abandoned'], { metric: 'wait_abandoned', only: 'not_short' }),
  make('abandoned_short', 'count', (r) => r.abandoned_short, ['abandoned_short', 'abandonment'], { metric: 'wait_abandoned', only: 'short' }),
  make('abandonment', 'share', (r) => r.abandonment, ['abandonment', 'wait_abandoned'], { metric: 'wait_abandoned', only: 'not_short' }),
  make('abandoned_wait', 'seconds', (r) => r.abandoned_wait.median, ['abandoned_wait', 'abandonment'], { metric: 'wait_abandoned', only: 'not_short' }),
  make('expired', 'count', (r) => r.expired, ['expired', 'wait_expired'], { metric: 'wait_expired' }),
  make('wait_median', 'seconds', (r) => r.wait.median, ['wait', 'wait_answered'], answered),
  make('wait_p90', 'seconds', (r) => r.wait.p90, ['wait', 'wait_answered'], answered),
  make('wait_mean', 'seconds', (r) => r.wait.mean, ['wait', 'wait_answered'], answered),
  make('told_within', 'share', (r) => r.expected.within, ['expected_wait'], told),
  make('told_sooner', 'share', (r) => r.expected.sooner, ['expected_wait'], told),
  make('told_median', 'seconds', (r) => r.expected.median, ['expected_wait'], told),
  make('told_p90', 'seconds', (r) => r.expected.p90, ['expected_wait'], told),
  make('told_n', 'count', (r) => r.expected.n, ['expected_wait'], told),
  make('frt_n', 'count', (r) => r.first_response.n, ['first_response'], firstResponse),
  make('frt_median', 'seconds', (r) => r.first_response.median, ['first_response'], firstResponse),
  make('frt_p90', 'seconds', (r) => r.first_response.p90, ['first_response'], firstResponse),
  make('frt_mean', 'seconds', (r) => r.first_response.mean, ['first_response'], firstResponse),
  make('frt_business', 'seconds', (r) => r.first_response.business_median, ['first_response'], firstResponse),
  make('frt_handoff', 'seconds', (r) => r.first_response_handoff.median, ['first_response_handoff'], { metric: 'first_response_handoff' }),
  make('next_median', 'seconds', (r) => r.next_response.median, ['next_response'], { metric: 'next_response' }),
  make('next_p90', 'seconds', (r) => r.next_response.p90, ['next_response'], { metric: 'next_response' }),
  make('unanswered', 'count', (r) => r.unanswered, ['unanswered', 'first_response']),
  make('csat_share', 'share', (r) => r.csat.share, ['csat', 'csat_score'], scores),
  make('csat_n', 'count', (r) => r.csat.n, ['csat', 'csat_score'], scores),
  make('csat_sent', 'count', (r) => r.csat.sent, ['csat', 'csat_sent'], { metric: 'csat_sent' }),
  make('csat_rate', 'share', (r) => r.csat.response_rate, ['response_rate', 'csat'], { metric: 'csat_sent' }),
  make('csat_mean', 'score', (r) => r.csat.mean, ['csat', 'csat_score'], scores),
  ...[1, 2, 3, 4, 5].map((n) =>
    make(`score_${String(n)}`, 'count', (r) => r.csat.scores[n - 1] ?? 0, ['csat', 'csat_score'], { metric: 'csat_score', score: n }),
  ),
  make('handle_n', 'count', (r) => r.handle.n, ['handle_time', 'handle'], handled),
  make('handle_median', 'seconds', (r) => r.handle.median, ['handle_time', 'handle'], handled),
  make('handle_p90', 'seconds', (r) => r.handle.p90, ['handle_time', 'handle'], handled),
  make('handle_mean', 'seconds', (r) => r.handle.mean, ['handle_time', 'handle'], handled),
  make('resolved', 'count', (r) => r.resolved, ['resolved'], { metric: 'resolved' }),
  make('reopened', 'count', (r) => r.reopened, ['reopened'], { metric: 'reopened' }),
  make('transfers', 'count', (r) => r.transfers, ['transfers', 'transfer'], { metric: 'transfer' }),
  make('declines', 'count', (r) => r.declines, ['declines', 'decline'], { metric: 'decline' }),
  make('missed', 'count', (r) => r.missed, ['missed', 'missed_offer'], { metric: 'missed_offer' }),
];

const byID = new Map(all.map((m) => [m.id, m]));

/** The measure of an id; unknown ids are a mistake in the program. */
export function measure(id: string): Measure {
  const found = byID.get(id);
  if (found === undefined) throw new Error(`no measure ${id}`);
  return found;
}

/** Sets of columns that fit a screen, by what one asks. */
export const columnSets = {
  overview: ['started', 'answered', 'service_level', 'abandonment', 'frt_median', 'frt_p90', 'csat_share', 'csat_n', 'handle_median', 'resolved'],
  response: ['frt_n', 'frt_median', 'frt_p90', 'frt_mean', 'frt_business', 'frt_handoff', 'next_median', 'next_p90', 'unanswered'],
  line: ['answered', 'answered_within', 'service_level', 'abandoned', 'abandoned_short', 'abandonment', 'abandoned_wait', 'expired', 'wait_median', 'wait_p90', 'wait_mean'],
  told: ['wait_median', 'wait_p90', 'told_n', 'told_within', 'told_sooner', 'told_median', 'told_p90'],
  csat: ['csat_share', 'csat_n', 'csat_sent', 'csat_rate', 'csat_mean', 'score_1', 'score_2', 'score_3', 'score_4', 'score_5'],
  work: ['resolved', 'reopened', 'handle_n', 'handle_median', 'handle_p90', 'handle_mean', 'transfers', 'declines', 'missed'],
} as const;

export type ColumnSet = keyof typeof columnSets;
export const columnSetNames = Object.keys(columnSets) as ColumnSet[];

/**
 * The number that both the screen and the export show: seconds to the second
 * (under ten, to the tenth), shares as percent with one decimal, scores with two.
 */
export function shown(unit: Unit, value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  switch (unit) {
    case 'count':
      return value;
    case 'seconds':
      return value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
    case 'share':
      return Math.round(value * 1000) / 10;
    case 'score':
      return Math.round(value * 100) / 100;
  }
}

/**
 * How many a service level is out of: the answered and those who left after
 * the target. The API gives the share and its upper part; without any in time
 * the lower part cannot be had from them, and the answered stand for it.
 */
export function judged(r: Report): number {
  return r.service_level ? Math.round(r.answered_within / r.service_level) : r.answered;
}

/** Sorts rows by a measure; what has no value is last either way. */
export function sortRows(rows: readonly Report[], by: Measure, down: boolean): Report[] {
  return [...rows].sort((a, b) => {
    const [x, y] = [by.value(a) ?? null, by.value(b) ?? null];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return down ? y - x : x - y;
  });
}
