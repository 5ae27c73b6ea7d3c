import type { Attachment, Conversation, Frame, Message, Pending } from './types';

/** What is known of the conversation. Pure: frames and our own sends go in, the next state comes out. */
export interface Talk {
  view: Conversation | null;
  seq: number;
  pending: Pending[];
  typing: { name: string; until: number } | null;
}

export const TYPING_LASTS = 6000;
const CLOSED = ['resolved', 'abandoned', 'expired'];

export const empty: Talk = { view: null, seq: 0, pending: [], typing: null };

export const isOpen = (view: Conversation | null): boolean => view !== null && view.state !== '' && !CLOSED.includes(view.state);
export const inLine = (view: Conversation | null): boolean => view?.state === 'waiting' || view?.state === 'offered';

const blank = (state: string): Conversation => ({
  id: '', state, seq: 0, agent: null, line: null, rating: { asked: false, score: 0, comment: '' }, messages: [],
});

/** Puts a message in its place by time, or replaces the one with its id. */
function place(messages: Message[], m: Message): Message[] {
  const known = messages.findIndex((x) => x.id === m.id);
  if (known >= 0) return messages.map((x, i) => (i === known ? m : x));
  const at = Date.parse(m.at);
  let i = messages.length;
  while (i > 0 && Date.parse(messages[i - 1]!.at) > at) i--;
  return [...messages.slice(0, i), m, ...messages.slice(i)];
}

/** Ours that the server now shows are no longer pending. */
function settle(pending: Pending[], messages: Message[]): Pending[] {
  if (!pending.length) return pending;
  const shown = new Set(messages.map((m) => m.id));
  const rest = pending.filter((p) => !shown.has(p.id));
  return rest.length === pending.length ? pending : rest;
}

/** Takes a whole view, as a session or a reset gives it. */
export function load(talk: Talk, view: Conversation | null): Talk {
  const seq = view?.seq ?? 0;
  return { ...talk, view, seq, pending: settle(talk.pending, view?.messages ?? []), typing: null };
}

export function reduce(talk: Talk, frame: Frame, now: number): Talk {
  switch (frame.type) {
    case 'welcome': {
      const next = frame.reset || frame.conversation ? load(talk, frame.conversation ?? null) : talk;
      return frame.reset ? { ...next, seq: Math.max(frame.seq ?? 0, next.seq) } : next;
    }
    case 'message': {
      const view = talk.view ?? blank('waiting');
      const messages = place(view.messages, frame.message);
      return {
        view: { ...view, messages },
        seq: Math.max(talk.seq, frame.seq ?? 0),
        pending: settle(talk.pending, [frame.message]),
        typing: frame.message.author === 'agent' ? null : talk.typing,
      };
    }
    case 'state': {
      if ((frame.seq ?? Infinity) < talk.seq) return talk;
      const view = talk.view ?? blank(frame.state);
      const waits = frame.state === 'waiting' || frame.state === 'offered';
      return {
        ...talk,
        seq: Math.max(talk.seq, frame.seq ?? 0),
        typing: frame.state === 'active' ? talk.typing : null,
        view: {
          ...view,
          state: frame.state,
          agent: frame.agent === undefined ? view.agent : frame.agent,
          instead: frame.instead ?? view.instead,
          rating: frame.rating ?? view.rating,
          line: waits ? view.line : null,
        },
      };
    }
    case 'line': {
      const view = talk.view ?? blank('waiting');
      const { position, of, low_seconds, high_seconds } = frame;
      return { ...talk, view: { ...view, line: position > 0 ? { position, of, low_seconds, high_seconds } : null } };
    }
    case 'typing':
      return { ...talk, typing: frame.on ? { name: frame.name ?? '', until: now + TYPING_LASTS } : null };
    case 'pong':
      // All up to that number has been shown, though it said nothing about us.
      return talk.seq > 0 && (frame.seq ?? 0) > talk.seq ? { ...talk, seq: frame.seq! } : talk;
    default:
      return talk;
  }
}

export const addPending = (talk: Talk, p: Pending): Talk =>
  talk.pending.some((x) => x.id === p.id) || talk.view?.messages.some((m) => m.id === p.id) ? talk : { ...talk, pending: [...talk.pending, p] };

export const setPending = (talk: Talk, id: string, change: Partial<Pending>): Talk => ({
  ...talk,
  pending: talk.pending.map((p) => (p.id === id ? { ...p, ...change } : p)),
});

export const dropPending = (talk: Talk, id: string): Talk => ({ ...talk, pending: talk.pending.filter((p) => p.id !== id) });

/** Shown as a bubble of the company: not a notice of the system. */
export const speaks = (m: Message): boolean => m.direction === 'out' && m.author !== 'system' && m.kind !== 'notice';

/** Messages of the company that the visitor has not read. */
export const unreadOf = (talk: Talk): Message[] =>
  (talk.view?.messages ?? []).filter((m) => speaks(m) && m.status !== 'read' && m.status !== 'failed');

export function dataKind(a: Pick<Attachment, 'type'>): 'image' | 'audio' | 'video' | 'file' {
  const kind = a.type.split('/')[0];
  // A drawing may hold script: it is offered as a file.
  if (kind === 'image') return /^image\/(png|jpeg|gif|webp|avif)$/.test(a.type) ? 'image' : 'file';
  return kind === 'audio' || kind === 'video' ? kind : 'file';
}
