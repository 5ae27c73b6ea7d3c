import type { Conversation } from '@/api/types';

export type View = 'mine' | 'line' | 'all' | 'resolved';
export const views: View[] = ['mine', 'line', 'all', 'resolved'];

const at = (iso: string | undefined) => (iso ? Date.parse(iso) : 0);

/** Mine: whoever waits for an answer first, the longest wait on top; then what I answered, newest first; snoozed last. */
function mine(a: Conversation, b: Conversation): number {
  const group = (c: Conversation) => (c.state === 'snoozed' ? 2 : c.unanswered_since ? 0 : 1);
  const g = group(a) - group(b);
  if (g !== 0) return g;
  if (group(a) === 0) return at(a.unanswered_since) - at(b.unanswered_since);
  if (group(a) === 2) return at(a.snoozed_until) - at(b.snoozed_until);
  return at(b.last_message.at) - at(a.last_message.at);
}

/** The line: as it is served; priority counts as minutes waited. */
function line(a: Conversation, b: Conversation): number {
  const key = (c: Conversation) => at(c.queued_at ?? c.created_at) - c.priority * 60_000;
  return key(a) - key(b);
}

function recent(a: Conversation, b: Conversation): number {
  return at(b.last_message.at || b.created_at) - at(a.last_message.at || a.created_at);
}

export function inOrder(view: View, items: Conversation[]): Conversation[] {
  const compare = view === 'mine' ? mine : view === 'line' ? line : recent;
  return [...items].sort((a, b) => compare(a, b) || (a.id < b.id ? -1 : 1));
}

export interface Row {
  conversation: Conversation;
  /** It left this view while the order was held; shown dimmed so that nothing moves under the pointer. */
  gone: boolean;
}

export interface Held {
  rows: Row[];
  /** How many came or would stand elsewhere but are held back. */
  fresh: number;
}

/**
 * The order as it was when the pointer came in, with each row's current content.
 * `before` is null while nothing is held.
 */
export function hold(before: Conversation[] | null, now: Conversation[]): Held {
  if (!before) return { rows: now.map((conversation) => ({ conversation, gone: false })), fresh: 0 };
  const current = new Map(now.map((c) => [c.id, c]));
  const known = new Set(before.map((c) => c.id));
  const rows = before.map((old) => {
    const conversation = current.get(old.id);
    return conversation ? { conversation, gone: false } : { conversation: old, gone: true };
  });
  return { rows, fresh: now.filter((c) => !known.has(c.id)).length };
}

/** Seconds until the customer has waited past the target; negative when over. Undefined when nobody waits. */
export function toTarget(c: Conversation, now: number): number | undefined {
  const inLine = c.state === 'waiting' || c.state === 'offered';
  // Who came after hours waits from the opening.
  const since = inLine ? (c.opens_at ?? c.queued_at ?? c.created_at) : c.unanswered_since;
  if (!since || c.target_seconds <= 0) return undefined;
  return c.target_seconds - (now - Date.parse(since)) / 1000;
}
