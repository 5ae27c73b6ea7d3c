import { describe, expect, it } from 'vitest';
import { event, iso, message } from '@/test/make';
import { answeredSince, buildRows, firstUnread } from './rows';

const shape = (rows: ReturnType<typeof buildRows>) => rows.map((r) => (r.kind === 'message' ? `${r.key}${r.first ? '^' : ''}${r.last ? '$' : ''}` : r.kind === 'pending' ? `?${r.key}` : r.kind));

describe('buildRows', () => {
  it('groups by day and by voice', () => {
    const rows = buildRows({
      messages: [
        message({ id: 'a', at: iso(0) }),
        message({ id: 'b', at: iso(60) }),
        message({ id: 'c', at: iso(90), direction: 'out', author: 'agent', agent_id: 'me' }),
        message({ id: 'd', at: iso(100), direction: 'out', author: 'agent', agent_id: 'me', kind: 'note' }),
        message({ id: 'e', at: iso(2 * 86_400) }),
      ],
      events: [], pending: [], complete: true,
    });
    expect(shape(rows)).toEqual(['day', 'a^', 'b$', 'c^$', 'd^$', 'day', 'e^$']);
  });

  it('keeps its rows as they are when an older page comes above them', () => {
    const older = [message({ id: 'a', at: iso(0) })];
    const newer = [message({ id: 'b', at: iso(10) }), message({ id: 'c', at: iso(20) })];
    const before = shape(buildRows({ messages: newer, events: [], pending: [], breaks: new Set(['b']), complete: false }));
    const after = shape(buildRows({ messages: [...older, ...newer], events: [], pending: [], breaks: new Set(['a', 'b']), complete: false }));
    expect(before).toEqual(['b^', 'c$']);
    expect(after).toEqual(['a^$', 'b^', 'c$']);
  });

  it('begins a new group after a pause', () => {
    const rows = buildRows({ messages: [message({ id: 'a', at: iso(0) }), message({ id: 'b', at: iso(400) })], events: [], pending: [], complete: true });
    expect(shape(rows)).toEqual(['day', 'a^$', 'b^$']);
  });

  it('puts events where they happened, runs together, and leaves out marks of reading', () => {
    const rows = buildRows({
      messages: [message({ id: 'a', at: iso(0) }), message({ id: 'b', at: iso(30) })],
      events: [
        event({ seq: 2, at: iso(10), type: 'conversation.queued' }),
        event({ seq: 3, at: iso(11), type: 'conversation.assigned' }),
        event({ seq: 4, at: iso(12), type: 'conversation.read' }),
      ],
      pending: [], complete: true,
    });
    expect(shape(rows)).toEqual(['day', 'a^$', 'events', 'b^$']);
  });

  it('hides events older than what is loaded', () => {
    const input = { messages: [message({ id: 'b', at: iso(30) })], events: [event({ seq: 2, at: iso(10) })], pending: [] };
    expect(shape(buildRows({ ...input, complete: false }))).toEqual(['b^$']);
    expect(shape(buildRows({ ...input, complete: true }))).toEqual(['day', 'events', 'b^$']);
  });

  it('marks what is new until it is answered', () => {
    const messages = [message({ id: 'a', at: iso(0) }), message({ id: 'b', at: iso(10) })];
    expect(shape(buildRows({ messages, events: [], pending: [], complete: true, unreadFrom: 'b' }))).toEqual(['day', 'a^$', 'unread', 'b^$']);
    const answer = message({ id: 'c', at: iso(20), direction: 'out', author: 'agent' });
    expect(shape(buildRows({ messages: [...messages, answer], events: [], pending: [], complete: true, unreadFrom: 'b' }))).not.toContain('unread');
  });

  it('shows a pending message until the thread has it', () => {
    const pending = [{ id: 'x', conversationId: 'c1', text: 't', note: false, files: [], at: 0, seenSeq: 0, hold: true, state: 'waiting' as const }];
    expect(shape(buildRows({ messages: [], events: [], pending, complete: true }))).toEqual(['?x']);
    const arrived = message({ id: 'x', direction: 'out', author: 'agent', status: 'queued' });
    expect(shape(buildRows({ messages: [arrived], events: [], pending, complete: true }))).toEqual(['day', 'x^$']);
  });
});

describe('firstUnread', () => {
  it('is the first of the last n of the customer', () => {
    const list = [message({ id: 'a' }), message({ id: 'b' }), message({ id: 'x', author: 'agent', direction: 'out' }), message({ id: 'c' })];
    expect(firstUnread(list, 2)).toBe('b');
    expect(firstUnread(list, 0)).toBeUndefined();
    expect(firstUnread(list, 9)).toBe('a');
  });
});

describe('answeredSince', () => {
  const colleague = message({ id: 'r', direction: 'out', author: 'agent', agent_id: 'ana', agent_name: 'Ana', at: iso(10) });
  it('finds a colleague’s reply after I began', () => {
    expect(answeredSince([colleague], 'me', Date.parse(iso(5)))?.id).toBe('r');
  });
  it('does not count my own, notes, older ones, or when nothing is written', () => {
    expect(answeredSince([{ ...colleague, agent_id: 'me' }], 'me', Date.parse(iso(5)))).toBeUndefined();
    expect(answeredSince([{ ...colleague, kind: 'note' }], 'me', Date.parse(iso(5)))).toBeUndefined();
    expect(answeredSince([colleague], 'me', Date.parse(iso(20)))).toBeUndefined();
    expect(answeredSince([colleague], 'me', 0)).toBeUndefined();
  });
});
