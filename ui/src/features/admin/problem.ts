/** One fault of a refused request, as the API client gives it. */
export interface Fault {
  /** Path inside the body: `hours.week.mon[0]`. Empty when it is about the whole. */
  readonly field: string;
  readonly message: string;
}

/** A path the way Mantine's forms name nested fields: `hours.week.mon[0]` is `hours.week.mon.0`. */
export function fieldOf(path: string): string {
  return path.replace(/^body(\.|$)/, '').replaceAll(/\[(\d+)\]/g, '.$1');
}

/** Faults by form field, and those that no field shows. */
export interface Sorted {
  fields: Record<string, string>;
  rest: string[];
}

/**
 * Sorts the faults of an answer to the fields of a form. `place` says which
 * field shows a path; what it does not know is for the top of the form, and so
 * is the answer's own message when no fault says more.
 */
export function sortFaults(faults: readonly Fault[], message: string, place: (path: string) => string | null): Sorted {
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const fault of faults) {
    if (fault.message === '') continue;
    const path = fieldOf(fault.field);
    const field = path === '' ? null : place(path);
    if (field === null) rest.push(path === '' ? fault.message : `${path}: ${fault.message}`);
    else fields[field] = field in fields ? `${String(fields[field])} ${fault.message}` : fault.message;
  }
  if (rest.length === 0 && Object.keys(fields).length === 0 && message !== '') rest.push(message);
  return { fields, rest };
}

/**
 * A `place` for a form with these fields: a fault in a part of a field shows at
 * the field (`costs.sms` at `costs`), the longest name first.
 */
export function placeIn(fields: readonly string[]): (path: string) => string | null {
  const known = [...fields].sort((a, b) => b.length - a.length);
  return (path) => known.find((f) => path === f || path.startsWith(`${f}.`)) ?? null;
}

/** The entries below a path, named without it; the path's own is ``. */
export function below(all: Readonly<Record<string, unknown>>, prefix: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [path, text] of Object.entries(all)) {
    if (!text) continue;
    if (path === prefix) out[''] = String(text);
    else if (path.startsWith(`${prefix}.`)) out[path.slice(prefix.length + 1)] = String(text);
  }
  return out;
}

/** The fault of a place, or of one below it. */
export function faultOf(errors: Readonly<Record<string, string>>, path: string): string | undefined {
  const found = Object.keys(errors).find((p) => p === path || p.startsWith(`${path}.`));
  return found === undefined ? undefined : errors[found];
}

/** Whether a path is one of these places, or below one. */
export const within = (path: string, places: readonly string[]): boolean => places.some((p) => path === p || path.startsWith(`${p}.`));
