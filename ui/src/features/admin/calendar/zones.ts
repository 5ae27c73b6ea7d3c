/** The zone of this browser. */
export const here = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** The zones that the browser knows, and one more; the server checks the name again. */
export function zones(also: string): string[] {
  const all = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set([also, here, 'UTC', ...all])].filter((z) => z !== '').sort();
}

/** "Europe/Rome" as people read it; the place alone with `short`. */
export function zoneName(zone: string, short = false): string {
  const words = zone.replaceAll('_', ' ');
  return short ? (words.split('/').at(-1) ?? words) : words.replaceAll('/', ' / ');
}

/** The time there, with the day if it is told, as this browser writes it: "Tue 16:04". Empty for a zone that the browser does not know. */
export function timeIn(zone: string, at: number, language: string | undefined, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: zone }).format(at);
  } catch {
    return '';
  }
}

/** How far the zone's clock is from UTC now: "UTC+1". */
export function offsetOf(zone: string, at: number): string {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(at);
    return (parts.find((p) => p.type === 'timeZoneName')?.value ?? '').replace('GMT', 'UTC');
  } catch {
    return '';
  }
}
