import type { EventItem, EventType, Message } from '@/api/types';
import { dayOf } from '@/ui/time';
import type { Pending } from '../outbox';

/** What the thread shows, top to bottom. */
export type ThreadRow =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'events'; key: string; events: EventItem[] }
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean }
  | { kind: 'pending'; key: string; pending: Pending; first: boolean }
  | { kind: 'unread'; key: string };

const shown: EventType[] = [
  'conversation.created', 'conversation.queued', 'conversation.offered', 'conversation.returned', 'conversation.assigned',
  'conversation.transferred', 'conversation.snoozed', 'conversation.woken', 'conversation.resolved', 'conversation.reopened',
  'conversation.abandoned', 'conversation.expired', 'conversation.priority', 'conversation.widened', 'conversation.unwanted', 'conversation.tagged',
  'csat.asked', 'csat.answered',
];

const together = 5 * 60_000;

/** Whose bubble it is: consecutive ones of the same stand together. */
function voice(m: Message): string {
  return `${m.direction}|${m.author}|${m.agent_id ?? ''}|${m.kind === 'note'}`;
}

interface Input {
  messages: Message[];
  events: EventItem[];
  pending: Pending[];
  /** First message of each loaded page: a group never reaches across, so that a page put above changes no height below. */
  breaks?: ReadonlySet<string>;
  /** Events before the oldest loaded message are left out until older ones are loaded. */
  complete: boolean;
  /** The line above what was new when the thread was opened. */
  unreadFrom?: string;
}

type Entry = { at: number; event: EventItem } | { at: number; message: Message };

export function buildRows({ messages, events, pending, breaks, complete, unreadFrom }: Input): ThreadRow[] {
  const oldest = messages[0] ? Date.parse(messages[0].at) : 0;
  const entries: Entry[] = [
    ...messages.map((message) => ({ at: Date.parse(message.at), message })),
    ...events
      .filter((e) => shown.includes(e.type) && (complete || Date.parse(e.at) >= oldest))
      // The first message makes the conversation: that it began is told before it.
      .map((event) => ({ at: Date.parse(event.at) - (event.type === 'conversation.created' ? 2000 : 0), event })),
  ];
  entries.sort((a, b) => a.at - b.at || Number('event' in a) - Number('event' in b));

  // Once somebody answered after it, "New" has had its use.
  const mark = messages.findIndex((m) => m.id === unreadFrom);
  const answered = mark >= 0 && messages.slice(mark).some((m) => m.direction === 'out' && m.author === 'agent' && m.kind !== 'note');

  const rows: ThreadRow[] = [];
  let day = '';
  let previous: Message | undefined;
  for (const entry of entries) {
    const iso = 'message' in entry ? entry.message.at : entry.event.at;
    const today = dayOf(iso);
    // The oldest day's line waits until it is known that nothing of that day is above.
    if (today !== day && (day !== '' || complete)) {
      rows.push({ kind: 'day', key: `day-${today}`, at: iso });
      previous = undefined;
    }
    day = today;
    if ('event' in entry) {
      const before = rows.at(-1);
      if (before?.kind === 'events') before.events.push(entry.event);
      else rows.push({ kind: 'events', key: `ev-${entry.event.seq}`, events: [entry.event] });
      previous = undefined;
      continue;
    }
    const m = entry.message;
    if (m.id === unreadFrom && !answered) {
      rows.push({ kind: 'unread', key: 'unread' });
      previous = undefined;
    }
    const joined = previous !== undefined && !breaks?.has(m.id) && voice(previous) === voice(m) && Date.parse(m.at) - Date.parse(previous.at) < together;
    const above = rows.at(-1);
    if (joined && above?.kind === 'message') above.last = false;
    rows.push({ kind: 'message', key: m.id, message: m, first: !joined, last: true });
    previous = m;
  }
  const known = new Set(messages.map((m) => m.id));
  for (const p of pending) {
    if (!known.has(p.id)) rows.push({ kind: 'pending', key: p.id, pending: p, first: true });
  }
  return rows;
}

/** First customer message among the last `unread` of theirs. */
export function firstUnread(messages: Message[], unread: number): string | undefined {
  if (unread <= 0) return undefined;
  const theirs = messages.filter((m) => m.author === 'customer');
  return theirs.at(-unread)?.id ?? theirs[0]?.id;
}

/** A colleague's answers since I began to write: what makes "send anyway?" a question. */
export function answeredSince(messages: Message[], me: string, startedAt: number): Message | undefined {
  if (startedAt <= 0) return undefined;
  return messages.findLast(
    (m) => m.direction === 'out' && m.author === 'agent' && m.kind !== 'note' && m.agent_id !== me && Date.parse(m.at) > startedAt,
  );
}
