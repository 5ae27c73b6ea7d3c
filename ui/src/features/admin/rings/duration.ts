export type Unit = 'seconds' | 'minutes' | 'hours';

const size: Record<Unit, number> = { seconds: 1, minutes: 60, hours: 3600 };

export const units = Object.keys(size) as Unit[];

/** The largest unit in which a time is a whole number. */
export function unitOf(seconds: number): Unit {
  if (seconds > 0 && seconds % 3600 === 0) return 'hours';
  return seconds > 0 && seconds % 60 === 0 ? 'minutes' : 'seconds';
}

export const inUnit = (seconds: number, unit: Unit): number => Math.round((seconds / size[unit]) * 100) / 100;

export const toSeconds = (n: number, unit: Unit): number => Math.round(n * size[unit]);

/** The parts of a time that are not nothing, the largest first: 5400 is 1 hour and 30 minutes. */
export function parts(seconds: number): { unit: Unit | 'days'; n: number }[] {
  const s = Math.max(0, Math.round(seconds));
  if (s === 0) return [{ unit: 'seconds', n: 0 }];
  const all = [
    { unit: 'days' as const, n: Math.floor(s / 86_400) },
    { unit: 'hours' as const, n: Math.floor((s % 86_400) / 3600) },
    { unit: 'minutes' as const, n: Math.floor((s % 3600) / 60) },
    { unit: 'seconds' as const, n: s % 60 },
  ];
  return all.filter((p) => p.n > 0);
}
