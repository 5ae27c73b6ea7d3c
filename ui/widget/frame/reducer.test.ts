import { describe, expect, it } from 'vitest';
import { addPending, dataKind, empty, isOpen, load, reduce, setPending, unreadOf, type Talk } from './reducer';
import { parseFrame, type Conversation, type Frame, type Message, type Pending } from './types';

const message = (id: string, at: number, over: Partial<Message> = {}): Message => ({
  id, direction: 'out', author: 'agent', kind: 'text', text: id, status: 'sent', at: new Date(at * 1000).toISOString(), attachments: [], ...over,
});

const view = (over: Partial<Conversation> = {}): Conversation => ({
  id: 'c', state: 'active', seq: 10, agent: { name: 'Ana', initials: 'A' }, line: null, rating: { asked: false, score: 0, comment: '' },
  messages: [message('a', 1), message('b', 2)], ...over,
});

const pending = (id: string): Pending => ({ id, text: id, files: [], at: new Date(0).toISOString(), state: 'sending' });
const run = (talk: Talk, ...frames: Frame[]): Talk => frames.reduce((t, f) => reduce(t, f, 1000), talk);
const ids = (t: Talk) => t.view?.messages.map((m) => m.id);

describe('resume', () => {
  const before = load(empty, view());

  it('keeps the view and takes exactly the gap', () => {
    const after = run(before, { type: 'welcome', seq: 12, reset: false }, { type: 'message', seq: 11, message: message('c', 3) }, { type: 'message', seq: 12, message: message('d', 4) });
    expect(ids(after)).toEqual(['a', 'b', 'c', 'd']);
    expect(after.seq).toBe(12);
  });

  it('does not jump ahead of a gap that is still to come', () => {
    expect(run(before, { type: 'welcome', seq: 99, reset: false }).seq).toBe(10);
    // A pong says up to where all has been shown.
    expect(run(before, { type: 'pong', seq: 40 }, { type: 'pong', seq: 30 }, { type: 'pong' }).seq).toBe(40);
  });

  it('takes the whole view on a reset', () => {
    const after = run(before, { type: 'welcome', seq: 50, reset: true, conversation: view({ seq: 49, messages: [message('z', 9)] }) });
    expect(ids(after)).toEqual(['z']);
    expect(after.seq).toBe(50);
  });

  it('forgets the view when a reset brings none', () => {
    expect(run(before, { type: 'welcome', seq: 50, reset: true, conversation: null }).view).toBeNull();
  });

  it('gives the same view whether events come once or twice', () => {
    const gap: Frame[] = [
      { type: 'message', seq: 11, message: message('c', 3) },
      { type: 'state', seq: 12, state: 'resolved', agent: null, rating: { asked: true, score: 0, comment: '' } },
    ];
    expect(run(before, ...gap, ...gap)).toEqual(run(before, ...gap));
  });

  it('ignores a state older than what it has', () => {
    const resolved = run(before, { type: 'state', seq: 20, state: 'resolved' });
    expect(run(resolved, { type: 'state', seq: 15, state: 'active' }).view?.state).toBe('resolved');
  });
});

describe('messages', () => {
  it('are put in order of time, not of arrival', () => {
    expect(ids(run(load(empty, view()), { type: 'message', seq: 11, message: message('between', 1.5) }))).toEqual(['a', 'between', 'b']);
  });

  it('are replaced by id', () => {
    const after = run(load(empty, view()), { type: 'message', seq: 11, message: message('a', 1, { status: 'read' }) });
    expect(after.view?.messages[0]?.status).toBe('read');
    expect(after.view?.messages).toHaveLength(2);
  });

  it('begin a conversation that was not there', () => {
    const after = run(empty, { type: 'message', seq: 3, message: message('x', 1, { direction: 'in', author: 'customer' }) });
    expect(ids(after)).toEqual(['x']);
    expect(isOpen(after.view)).toBe(true);
  });

  it('take the place of the pending one with their id', () => {
    const sending = addPending(addPending(load(empty, view()), pending('m1')), pending('m2'));
    const after = run(sending, { type: 'message', seq: 11, message: message('m1', 5, { direction: 'in', author: 'customer' }) });
    expect(after.pending.map((p) => p.id)).toEqual(['m2']);
  });

  it('are not pending twice, nor after they were shown', () => {
    const once = addPending(load(empty, view()), pending('m1'));
    expect(addPending(once, pending('m1'))).toBe(once);
    expect(addPending(once, pending('a'))).toBe(once);
  });

  it('stay pending over a reset that does not hold them', () => {
    const sending = setPending(addPending(empty, pending('m1')), 'm1', { state: 'failed', error: 'no' });
    expect(load(sending, view()).pending).toEqual([{ ...pending('m1'), state: 'failed', error: 'no' }]);
  });

  it('count as unread when the company wrote them and nobody read them', () => {
    const t = load(empty, view({ messages: [
      message('a', 1, { status: 'read' }), message('b', 2, { status: 'delivered' }), message('c', 3, { direction: 'in', author: 'customer' }),
      message('d', 4, { author: 'system' }), message('e', 5, { author: 'bot' }),
    ] }));
    expect(unreadOf(t).map((m) => m.id)).toEqual(['b', 'e']);
  });
});

describe('line, state, typing', () => {
  const waiting = load(empty, view({ state: 'waiting', agent: null }));

  it('shows the place until an agent is there', () => {
    const placed = run(waiting, { type: 'line', position: 2, of: 5, low_seconds: 60, high_seconds: 180 });
    expect(placed.view?.line).toEqual({ position: 2, of: 5, low_seconds: 60, high_seconds: 180 });
    const joined = run(placed, { type: 'state', seq: 11, state: 'active', agent: { name: 'Ana', initials: 'A' } });
    expect(joined.view?.line).toBeNull();
    expect(joined.view?.agent?.name).toBe('Ana');
  });

  it('keeps agent and rating when a state does not name them', () => {
    const after = run(load(empty, view({ rating: { asked: true, score: 4, comment: '' } })), { type: 'state', seq: 11, state: 'wrapping' });
    expect(after.view?.agent?.name).toBe('Ana');
    expect(after.view?.rating.score).toBe(4);
  });

  it('takes what is offered instead of waiting', () => {
    const offered = run(load(empty, view({ state: 'waiting' })), { type: 'state', seq: 11, state: 'waiting', instead: { offered: 'callback' } });
    expect(offered.view?.instead).toEqual({ offered: 'callback' });
    expect(run(offered, { type: 'state', seq: 12, state: 'waiting', instead: { offered: 'callback', chosen: 'callback' } }).view?.instead?.chosen).toBe('callback');
  });

  it('typing ends with the message', () => {
    const on = run(load(empty, view()), { type: 'typing', on: true, name: 'Ana' });
    expect(on.typing).toEqual({ name: 'Ana', until: 7000 });
    expect(run(on, { type: 'message', seq: 11, message: message('c', 3) }).typing).toBeNull();
  });
});

describe('frames from outside', () => {
  it.each(['', 'x', '[]', 'null', '{"type":"evil"}', '{"type":"message"}', '{"type":"message","message":{"id":7}}', '{"type":"line","position":"1"}', '{"type":"state"}'])(
    '%s is left alone', (text) => expect(parseFrame(text)).toBeNull());

  it('binary is left alone', () => expect(parseFrame(new ArrayBuffer(2))).toBeNull());
});

describe('files', () => {
  it.each([['image/png', 'image'], ['image/svg+xml', 'file'], ['image/svg+xml; x', 'file'], ['text/html', 'file'], ['video/mp4', 'video'], ['audio/ogg', 'audio']] as const)(
    '%s is shown as %s', (type, kind) => expect(dataKind({ type })).toBe(kind));
});
