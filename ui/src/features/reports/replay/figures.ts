import type { components } from '@/api/schema';
import { durationText } from '../format';

type Schemas = components['schemas'];

export type ReplayJob = Schemas['ReplayJob'];
export type ReplayRequest = Schemas['ReplayRequest'];
export type Result = NonNullable<ReplayJob['result']>;
export type Difference = NonNullable<Result['difference']>;
export type Figures = Schemas['Side'] | Schemas['QueueFigures'];

export const rows = ['customers', 'wait', 'p50', 'p90', 'p99', 'level', 'abandoned', 'expired', 'occupancy'] as const;
export type Row = (typeof rows)[number];

const value: Record<Row, (f: Figures) => number> = {
  customers: (f) => f.customers,
  wait: (f) => f.mean_wait,
  p50: (f) => f.p50,
  p90: (f) => f.p90,
  p99: (f) => f.p99,
  level: (f) => f.service_level,
  abandoned: (f) => f.abandoned,
  expired: (f) => f.expired,
  occupancy: (f) => f.occupancy,
};

const half: Partial<Record<Row, (f: Figures) => number | null>> = {
  wait: (f) => f.ci.mean_wait,
  level: (f) => f.ci.service_level,
  abandoned: (f) => f.ci.abandoned,
};

const shares: readonly Row[] = ['level', 'abandoned', 'occupancy'];
const counts: readonly Row[] = ['customers', 'expired'];

/** Whether less of it is better; null where neither is. */
export function lessIsBetter(row: Row): boolean | null {
  if (row === 'level') return false;
  if (row === 'customers' || row === 'occupancy') return null;
  return true;
}

function number(row: Row, v: number, language: string, digits = 1): string {
  if (shares.includes(row)) return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(v);
  const text = new Intl.NumberFormat(language, { maximumFractionDigits: counts.includes(row) ? 0 : digits }).format(v);
  if (counts.includes(row)) return text;
  return v < 60 ? `${text} s` : durationText(v, language);
}

/** A figure with half of its interval, when it was drawn. */
export function figureText(row: Row, f: Figures, language: string): string {
  const h = half[row]?.(f) ?? null;
  const text = number(row, value[row](f), language);
  return h === null || h < 5e-4 ? text : `${text} ± ${number(row, h, language, 2)}`;
}

const tested: Partial<Record<Row, (d: Difference) => { mean: number; half: number | null }>> = {
  wait: (d) => d.mean_wait,
  level: (d) => d.service_level,
  abandoned: (d) => d.abandoned,
};

/** Whether a difference is more than chance alone makes; of figures without an interval nobody can tell. */
export function beyondChance(row: Row, d: Difference | undefined): boolean {
  const x = d && tested[row]?.(d);
  return x !== undefined && Math.abs(x.mean) > (x.half ?? 0);
}

/** The difference, with its sign; null when there is none worth a word. */
export function differenceText(row: Row, changed: Figures, replayed: Figures, language: string): { text: string; better: boolean | null } | null {
  const d = value[row](changed) - value[row](replayed);
  const text = number(row, Math.abs(d), language);
  if (text === number(row, 0, language)) return null;
  const less = lessIsBetter(row);
  return { text: (d < 0 ? '−' : '+') + text, better: less === null ? null : d < 0 === less };
}
