import type { TFunction } from 'i18next';
import { groups, spanWords, type Hours, type Weekday } from './hours';

/** The week in a line: "Mon–Fri 09:00–18:00, Sat 10:00–14:00". Closed days are left out. */
export function weekWords(h: Pick<Hours, 'week'>, t: TFunction<'calendar'>): string {
  const open = groups(h.week).filter((g) => g.spans.length > 0);
  if (open.length === 0) return t('words.none');
  return open.map((g) => t('words.and', { days: daysWords(g.days, t), hours: g.spans.map((s) => (s.to - s.from === 1440 ? t('wholeDay') : spanWords(s))).join(', ') })).join('; ');
}

function daysWords(days: readonly Weekday[], t: TFunction<'calendar'>): string {
  const [first, last] = [days[0] ?? 'mon', days.at(-1) ?? 'mon'];
  return first === last ? t(`short.${first}`) : t('words.to', { first: t(`short.${first}`), last: t(`short.${last}`) });
}
