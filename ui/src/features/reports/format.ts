import { shown, type Unit } from './measures';

const units = new Map<string, Intl.NumberFormat>();

function unit(language: string, name: string, value: number): string {
  const key = `${language}/${name}`;
  let format = units.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'narrow' });
    units.set(key, format);
  }
  return format.format(value);
}

/** A duration in its two largest units: 4.2s, 3m 7s, 2h 5m, 3d 4h. */
export function durationText(seconds: number, language = 'en'): string {
  const s = shown('seconds', Math.max(0, seconds)) ?? 0;
  if (s < 60) return unit(language, 'second', s);
  const pair = (big: string, small: string, size: number, part: number) => {
    const rest = Math.floor((s % size) / part);
    const head = unit(language, big, Math.floor(s / size));
    return rest === 0 ? head : `${head} ${unit(language, small, rest)}`;
  };
  if (s < 3600) return pair('minute', 'second', 60, 1);
  if (s < 86_400) return pair('hour', 'minute', 3600, 60);
  return pair('day', 'hour', 86_400, 3600);
}

/** A figure as the screen shows it; null when there is none. */
export function figureText(kind: Unit, value: number | null | undefined, language = 'en'): string | null {
  const v = shown(kind, value);
  if (v === null) return null;
  switch (kind) {
    case 'seconds':
      return durationText(v, language);
    case 'share':
      return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(v / 100);
    case 'score':
      return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(v);
    case 'count':
      return new Intl.NumberFormat(language).format(v);
  }
}

/** A day of a report, in words: Tue 3 Mar. */
export function dayText(day: string, language = 'en'): string {
  const at = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  return new Intl.DateTimeFormat(language, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(at);
}
