/** What a row needs to be placed in a line. */
export interface InLine {
  readonly id: string;
  readonly priority: number;
  readonly queued_at?: string | undefined;
  readonly created_at: string;
}

/**
 * The moment that orders a line, in milliseconds: the entry less the priority
 * in minutes. The lowest is first. The server orders by the same key.
 */
export function lineKey(row: InLine): number {
  return Date.parse(row.queued_at ?? row.created_at) - row.priority * 60_000;
}

/** The line as the router sees it, first in line first. */
export function inOrder<T extends InLine>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => lineKey(a) - lineKey(b) || (a.id < b.id ? -1 : 1));
}

const LIMIT = 1000;

/**
 * The least priority (whole minutes) that puts a row before all others of the
 * line, within the server's ±1000. A row that is first already keeps its own.
 */
export function priorityForFront(rows: readonly InLine[], id: string): number | null {
  const row = rows.find((r) => r.id === id);
  if (row === undefined) return null;
  const others = rows.filter((r) => r.id !== id).map(lineKey);
  const first = Math.min(...others);
  if (others.length === 0 || lineKey(row) < first) return row.priority;
  const entered = Date.parse(row.queued_at ?? row.created_at);
  const needed = Math.floor((entered - first) / 60_000) + 1;
  return Math.max(-LIMIT, Math.min(LIMIT, needed));
}
