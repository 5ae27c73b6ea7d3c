import { describe, expect, it } from 'vitest';
import { toCSV } from './csv';
import en from './en';
import { durationText, figureText } from './format';
import { columnSets, judged, measure, shown, sortRows } from './measures';
import { cellText, exportTable } from './table';
import type { Report } from './types';
import { counts, scopeOfRow } from './useReport';

function report(change: Partial<Report> = {}): Report {
  const none = { n: 0, median: null, p90: null, mean: null, business_median: null };
  return {
    key: 'k', label: 'Support', started: 0, answered: 0, answered_within: 0, abandoned: 0, abandoned_short: 0, expired: 0,
    abandonment: null, service_level: null, wait: none, abandoned_wait: none, first_response: none, first_response_handoff: none,
    next_response: none, handle: none, expected: { n: 0, within: null, sooner: null, median: null, p90: null }, csat: { sent: 0, n: 0, share: null, mean: null, response_rate: null, scores: [0, 0, 0, 0, 0] },
    resolved: 0, reopened: 0, transfers: 0, declines: 0, missed: 0, unanswered: 0,
    ...change,
  };
}

it('has a title for each column and no column without a measure', () => {
  for (const id of Object.values(columnSets).flat()) {
    expect(measure(id).id).toBe(id);
    expect(en.measure).toHaveProperty(id);
  }
});

describe('the export equals the screen', () => {
  const row = report({
    answered: 1234, service_level: 0.8765, abandonment: 0.05,
    first_response: { n: 3, median: 187.4, p90: 4000.2, mean: 9.26, business_median: null },
    csat: { sent: 9, n: 4, share: 0.75, mean: 4.256, response_rate: 4 / 9, scores: [1, 0, 0, 1, 2] },
  });
  const t = (key: string, values?: Record<string, unknown>) => (values ? `${String(values['title'])} [unit]` : key);

  it('has the same columns, rows and rounding', () => {
    const out = exportTable('Queue', ['answered', 'service_level', 'frt_median', 'frt_mean', 'frt_business', 'csat_mean', 'score_5'], [{ label: '=Sales', report: row }], t);
    expect(out.header).toEqual(['Queue', 'measure.answered', 'measure.service_level [unit]', 'measure.frt_median [unit]', 'measure.frt_mean [unit]', 'measure.frt_business [unit]', 'measure.csat_mean', 'measure.score_5']);
    expect(out.rows).toEqual([['=Sales', 1234, 87.7, 187, 9.3, null, 4.26, 2]]);
    expect(toCSV(out.header, out.rows)).toContain("'=Sales,1234,87.7,187,9.3,,4.26,2\r\n");
  });

  it('shows what it exports', () => {
    const text = (id: string) => cellText(measure(id), row, 'en');
    expect([text('answered'), text('service_level'), text('frt_median'), text('frt_mean'), text('frt_business'), text('csat_mean')]).toEqual(['1,234', '87.7%', '3m 7s', '9.3s', null, '4.26']);
  });
});

it.each([
  [0, '0s'],
  [4.24, '4.2s'],
  [59.6, '1m'],
  [187, '3m 7s'],
  [7500, '2h 5m'],
  [273_600, '3d 4h'],
])('writes %s s as %s', (s, text) => expect(durationText(s)).toBe(text));

it('has no figure where there is nothing to count', () => {
  expect(figureText('share', null)).toBeNull();
  expect(figureText('seconds', undefined)).toBeNull();
  expect(shown('share', Number.NaN)).toBeNull();
});

it('sorts what has no value last, up and down', () => {
  const rows = [report({ key: 'none' }), report({ key: 'low', service_level: 0.2 }), report({ key: 'high', service_level: 0.9 })];
  const keys = (down: boolean) => sortRows(rows, measure('service_level'), down).map((r) => r.key);
  expect(keys(true)).toEqual(['high', 'low', 'none']);
  expect(keys(false)).toEqual(['low', 'high', 'none']);
});

it('says what a service level is out of', () => {
  expect(judged(report({ answered: 662, answered_within: 614, service_level: 614 / 670 }))).toBe(670);
  expect(judged(report({ answered: 5, answered_within: 0, service_level: 0 }))).toBe(5);
  expect(judged(report())).toBe(0);
});

describe('drilling down', () => {
  const filters = { range: 'today', from: '2026-03-01', to: '2026-03-02', by: 'queue', queue: '', channel: 'sms', agent: '' } as const;

  it('asks for the row within the filters', () => {
    expect(scopeOfRow(filters, 'q1')).toEqual({ from: '2026-03-01', to: '2026-03-02', channel: 'sms', queue_id: 'q1' });
    expect(scopeOfRow({ ...filters, by: 'day' }, '2026-03-01')).toEqual({ from: '2026-03-01', to: '2026-03-01', channel: 'sms' });
    expect(scopeOfRow({ ...filters, by: 'hour' }, '10')).toBeNull();
    expect(scopeOfRow({ ...filters, by: 'agent' }, '')).toBeNull();
  });

  it('lists the facts that the figure counts', () => {
    const pick = (id: string) => measure(id).facts ?? { metric: '' };
    expect(counts(pick('abandoned'), { short: true })).toBe(false);
    expect(counts(pick('abandoned_short'), { short: true })).toBe(true);
    expect(counts(pick('answered_within'), { within_target: false })).toBe(false);
    expect(counts(pick('answered'), {})).toBe(true);
    expect(counts(pick('score_5'), { value: 4 })).toBe(false);
    expect(counts(pick('score_5'), { value: 5 })).toBe(true);
  });
});
