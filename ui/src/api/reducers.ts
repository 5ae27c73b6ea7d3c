import type { InfiniteData } from '@tanstack/react-query';
import type { ConversationFilter } from './keys';
import type { Conversation, ConversationState, EventItem, Me, Message, MessageStatus, Page } from './types';

// Pure changes of cached data. Each returns the very same value when nothing changed.

export type Pages<T> = InfiniteData<Page<T>, string | undefined>;

const closed: ConversationState[] = ['resolved', 'abandoned', 'expired'];

export function isOpen(state: ConversationState): boolean {
  return !closed.includes(state);
}

export function inLine(state: ConversationState): boolean {
  return state === 'waiting' || state === 'offered';
}

/** The same predicate as the server's list. Words (q) cannot be judged here: `undefined`. */
export function matches(filter: ConversationFilter, c: Conversation, me: Pick<Me, 'agent' | 'queues'>): boolean | undefined {
  if (filter.view === 'mine' && !(c.agent_id === me.agent.id && isOpen(c.state) && c.state !== 'offered')) return false;
  if (filter.view === 'line' && !(inLine(c.state) && me.queues.some((q) => q.id === c.queue_id))) return false;
  if (filter.state === 'open' ? !isOpen(c.state) : filter.state && !filter.state.split(',').includes(c.state)) return false;
  if (filter.queue_id && c.queue_id !== filter.queue_id) return false;
  if (filter.agent_id && c.agent_id !== filter.agent_id) return false;
  if (filter.contact_id && c.contact.id !== filter.contact_id) return false;
  if (filter.channel && c.channel !== filter.channel) return false;
  if (filter.inbox && c.inbox !== filter.inbox) return false;
  return filter.q ? undefined : true;
}

/** Whether a is the newer picture of the conversation (or the same). */
export function newer(a: Conversation, b: Conversation): boolean {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch;
  return Date.parse(a.last_message.at) >= Date.parse(b.last_message.at);
}

export function reduceConversation<T extends Conversation>(old: T | undefined, next: Conversation): T | undefined {
  if (!old || !newer(next, old)) return old;
  return { ...old, ...next };
}

/** Puts a conversation into a cached list, changes it there or takes it out. */
export function reduceList(
  data: Pages<Conversation> | undefined,
  filter: ConversationFilter,
  next: Conversation,
  me: Pick<Me, 'agent' | 'queues'>,
): Pages<Conversation> | undefined {
  if (!data || data.pages.length === 0) return data;
  const belongs = matches(filter, next, me);
  let found = false;
  let touched = false;
  const pages = data.pages.map((page) => {
    const at = page.items.findIndex((c) => c.id === next.id);
    const old = page.items[at];
    if (!old) return page;
    found = true;
    if (!newer(next, old)) return page;
    touched = true;
    const items = belongs === false ? page.items.toSpliced(at, 1) : page.items.with(at, next);
    return { ...page, items };
  });
  if (!found && belongs) {
    const [head, ...rest] = pages as [Page<Conversation>, ...Page<Conversation>[]];
    return { ...data, pages: [{ ...head, items: [next, ...head.items] }, ...rest] };
  }
  return touched ? { ...data, pages } : data;
}

const rank: Record<MessageStatus, number> = {
  received: 0, queued: 1, sending: 2, unknown: 3, sent: 4, failed: 5, delivered: 6, read: 7,
};

/** Order in a thread: when the server recorded it, then id. */
export function compareMessages(a: Message, b: Message): number {
  const at = Date.parse(a.at) - Date.parse(b.at);
  if (at !== 0) return at;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The fuller of two pictures of one message: a status only moves forward, and files do not vanish. */
export function mergeMessage(old: Message, given: Message): Message {
  const next = given.attachments.length === 0 && old.attachments.length > 0 ? { ...given, attachments: old.attachments } : given;
  const retried = old.status === 'failed' || old.status === 'unknown';
  if (!retried && rank[next.status] < rank[old.status]) return { ...next, status: old.status, error: old.error };
  return next;
}

/** Inserts or replaces a message. Page 0 is the newest; each page is oldest first. */
export function reduceMessages(data: Pages<Message> | undefined, next: Message): Pages<Message> | undefined {
  if (!data || data.pages.length === 0) return data;
  for (const [p, page] of data.pages.entries()) {
    const at = page.items.findIndex((m) => m.id === next.id);
    const old = page.items[at];
    if (!old) continue;
    const items = page.items.with(at, mergeMessage(old, next));
    return { ...data, pages: data.pages.with(p, { ...page, items }) };
  }
  // A late one belongs to the page whose time it falls in, not to the end.
  for (const [p, page] of data.pages.entries()) {
    const first = page.items[0];
    const lastPage = p === data.pages.length - 1;
    if (first && compareMessages(next, first) < 0 && !lastPage) continue;
    if (first && compareMessages(next, first) < 0 && page.next_cursor) return data; // older than all that is loaded
    const items = [...page.items, next].sort(compareMessages);
    return { ...data, pages: data.pages.with(p, { ...page, items }) };
  }
  return data;
}

export function reduceEvents(data: Page<EventItem> | undefined, next: EventItem): Page<EventItem> | undefined {
  if (!data || data.items.some((e) => e.seq === next.seq)) return data;
  const items = [...data.items, next].sort((a, b) => a.seq - b.seq);
  return { ...data, items };
}

/** All items of an infinite list, each once. */
export function flatten<T extends { id: string }>(data: Pages<T> | undefined): T[] {
  if (!data) return [];
  const seen = new Set<string>();
  const out: T[] = [];
  for (const page of data.pages) {
    for (const item of page.items) {
      if (!seen.has(item.id)) {
        seen.add(item.id);
        out.push(item);
      }
    }
  }
  return out;
}

/** A thread, oldest first. */
export function thread(data: Pages<Message> | undefined): Message[] {
  return flatten(data).sort(compareMessages);
}

export function upsertById<T extends { id: string }>(items: T[], next: T): T[] {
  const at = items.findIndex((i) => i.id === next.id);
  return at < 0 ? [...items, next] : items.with(at, next);
}
