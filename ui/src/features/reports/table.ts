import type { Cell } from './csv';
import { figureText } from './format';
import { measure, shown, type Measure } from './measures';
import type { Report } from './types';

/** What the words of a table are looked up with. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

/** The title of a column as the export writes it: with the unit of its numbers. */
export function exportTitle(m: Measure, t: Translate): string {
  const title = t(`measure.${m.id}`);
  if (m.unit === 'seconds') return t('seconds', { title });
  if (m.unit === 'share') return t('share', { title });
  return title;
}

/** A cell as the screen shows it. */
export function cellText(m: Measure, row: Report, language: string): string | null {
  return figureText(m.unit, m.value(row), language);
}

/**
 * The export of a table: the same columns, rows and rounding as the screen,
 * with durations in seconds and shares in percent so that they can be counted with.
 */
export function exportTable(
  first: string,
  columns: readonly string[],
  rows: readonly { label: string; report: Report }[],
  t: Translate,
): { header: string[]; rows: Cell[][] } {
  const measures = columns.map(measure);
  return {
    header: [first, ...measures.map((m) => exportTitle(m, t))],
    rows: rows.map(({ label, report }) => [label, ...measures.map((m) => shown(m.unit, m.value(report)))]),
  };
}
