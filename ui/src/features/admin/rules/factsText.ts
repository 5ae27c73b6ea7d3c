/** A moment as an input of local time has it. */
export function localOf(iso: string): string {
  const d = new Date(iso);
  if (Number.isNaN(d.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(d.getFullYear())}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

export function momentOf(local: string): string | null {
  const d = new Date(local);
  return local === '' || Number.isNaN(d.getTime()) ? null : d.toISOString();
}

export const fieldsText = (fields: Record<string, string>): string => Object.entries(fields).map(([k, v]) => `${k} = ${v}`).join('\n');

/** One field a line, name and value around the first equals sign. */
export function fieldsOf(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at > 0 && name) out[name] = line.slice(at + 1).trim();
  }
  return out;
}
