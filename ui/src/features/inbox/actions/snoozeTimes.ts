export interface SnoozeChoice {
  word: 'hour' | 'threeHours' | 'tomorrow' | 'monday' | 'week';
  until: Date;
}

function at9(from: Date, days: number): Date {
  const d = new Date(from);
  d.setDate(d.getDate() + days);
  d.setHours(9, 0, 0, 0);
  return d;
}

/** The usual moments, by the agent's clock; each only once. */
export function snoozeTimes(now: Date): SnoozeChoice[] {
  const plus = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const all: SnoozeChoice[] = [
    { word: 'hour', until: plus(1) },
    { word: 'threeHours', until: plus(3) },
    { word: 'tomorrow', until: at9(now, 1) },
    { word: 'monday', until: at9(now, toMonday) },
    { word: 'week', until: at9(now, 7) },
  ];
  return all.filter((c, i) => all.findIndex((o) => o.until.getTime() === c.until.getTime()) === i);
}

/** For <input type="datetime-local">: local time without zone. */
export function localInput(d: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}
