/** What a row needs to be placed in a line. */
export interface InLine {
  readonly id: string;
  readonly priority: number;
  readonly line_at?: string | undefined;
  readonly created_at: string;
}

/** How a queue orders its line, as far as it matters here. */
export interface Order {
  readonly order: string;
  /** Percent at which minutes count; 0 is 100. */
  readonly weight: number;
}

/** What orders a line, in milliseconds: the lowest is first. The server gives it. */
export function lineKey(row: InLine): number {
  return Date.parse(row.line_at ?? row.created_at);
}

/** The line as the router sees it, first in line first. */
export function inOrder<T extends InLine>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => lineKey(a) - lineKey(b) || (a.id < b.id ? -1 : 1));
}

const LIMIT = 1000;
const MINUTE = 60_000;
const MONTH = 31 * 24 * 60 * MINUTE;

/** What a point of priority is worth, in milliseconds of a line's order. */
function worth(q: Order): number {
  return ((q.order === 'priority' ? MONTH : MINUTE) * 100) / (q.weight || 100);
}

/**
 * The least priority that puts a row before all others of the line, within the
 * server's ±1000. A row that is first already keeps its own.
 */
export function priorityForFront(rows: readonly InLine[], id: string, queue: Order): number | null {
  const row = rows.find((r) => r.id === id);
  if (row === undefined) return null;
  const others = rows.filter((r) => r.id !== id).map(lineKey);
  const behind = lineKey(row) - Math.min(...others);
  if (others.length === 0 || behind < 0) return row.priority;
  return Math.max(-LIMIT, Math.min(LIMIT, row.priority + Math.floor(behind / worth(queue)) + 1));
}
