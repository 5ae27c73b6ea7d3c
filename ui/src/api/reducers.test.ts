import { describe, expect, it } from 'vitest';
import { conversation, event, iso, me, message } from '@/test/make';
import { flatten, matches, newer, reduceEvents, reduceList, reduceMessages, thread, type Pages } from './reducers';
import type { Conversation, Message } from './types';

const pages = <T>(...lists: T[][]): Pages<T> => ({ pages: lists.map((items, i) => ({ items, next_cursor: i < lists.length - 1 ? `after-${i}` : undefined })), pageParams: [] });
const who = me();
const mine = { view: 'mine' } as const;

describe('matches', () => {
  it.each([
    ['mine', { state: 'active' }, true],
    ['mine', { state: 'offered' }, false],
    ['mine', { state: 'resolved' }, false],
    ['mine', { agent_id: 'other' }, false],
    ['line', { state: 'waiting', agent_id: '' }, true],
    ['line', { state: 'offered' }, true],
    ['line', { state: 'waiting', queue_id: 'q9' }, false],
    ['line', { state: 'active' }, false],
  ] as const)('%s %o → %s', (view, over, expected) => {
    expect(matches({ view }, conversation(over as Partial<Conversation>), who)).toBe(expected);
  });

  it('reads open and lists of states, and cannot judge words', () => {
    expect(matches({ state: 'open' }, conversation({ state: 'snoozed' }), who)).toBe(true);
    expect(matches({ state: 'resolved,expired' }, conversation({ state: 'expired' }), who)).toBe(true);
    expect(matches({ state: 'resolved' }, conversation(), who)).toBe(false);
    expect(matches({ q: 'lamp' }, conversation(), who)).toBeUndefined();
  });
});

describe('newer', () => {
  it('goes by epoch, then by the last message', () => {
    expect(newer(conversation({ epoch: 1 }), conversation({ epoch: 2 }))).toBe(false);
    expect(newer(conversation({ epoch: 2, last_message: { text: '', author: '', at: iso(-9) } }), conversation({ epoch: 1 }))).toBe(true);
    expect(newer(conversation({ last_message: { text: '', author: '', at: iso(-1) } }), conversation())).toBe(false);
  });
});

describe('reduceList', () => {
  it('inserts what belongs, changes what is there, takes out what left', () => {
    let data = pages([conversation({ id: 'a' })]);
    data = reduceList(data, mine, conversation({ id: 'b' }), who)!;
    expect(flatten(data).map((c) => c.id)).toEqual(['b', 'a']);
    data = reduceList(data, mine, conversation({ id: 'a', epoch: 2, unread: 4 }), who)!;
    expect(flatten(data)[1]?.unread).toBe(4);
    data = reduceList(data, mine, conversation({ id: 'a', epoch: 3, state: 'resolved' }), who)!;
    expect(flatten(data).map((c) => c.id)).toEqual(['b']);
  });

  it('finds it on a later page', () => {
    const data = reduceList(pages([conversation({ id: 'a' })], [conversation({ id: 'b' })]), mine, conversation({ id: 'b', epoch: 2, unread: 1 }), who)!;
    expect(data.pages[1]?.items[0]?.unread).toBe(1);
  });

  it('ignores an older picture, and returns the very same data when nothing changed', () => {
    const data = pages([conversation({ id: 'a', epoch: 5 })]);
    expect(reduceList(data, mine, conversation({ id: 'a', epoch: 4, state: 'resolved' }), who)).toBe(data);
    expect(reduceList(data, mine, conversation({ id: 'z', agent_id: 'other' }), who)).toBe(data);
  });

  it('does not insert into a search, but changes a hit', () => {
    const data = pages([conversation({ id: 'a' })]);
    expect(reduceList(data, { q: 'x' }, conversation({ id: 'b' }), who)).toBe(data);
    expect(flatten(reduceList(data, { q: 'x' }, conversation({ id: 'a', epoch: 2, state: 'resolved' }), who))[0]?.state).toBe('resolved');
  });
});

describe('reduceMessages', () => {
  const loaded = (): Pages<Message> => ({
    pages: [
      { items: [message({ id: 'c', at: iso(30) }), message({ id: 'd', at: iso(40) })], next_cursor: 'older' },
      { items: [message({ id: 'a', at: iso(10) }), message({ id: 'b', at: iso(20) })] },
    ],
    pageParams: [],
  });

  it('appends, and puts a late one where the server recorded it', () => {
    let data = reduceMessages(loaded(), message({ id: 'e', at: iso(50) }))!;
    data = reduceMessages(data, message({ id: 'bb', at: iso(25) }))!;
    expect(thread(data).map((m) => m.id)).toEqual(['a', 'b', 'bb', 'c', 'd', 'e']);
  });

  it('replaces by id, wherever it is', () => {
    const data = reduceMessages(loaded(), message({ id: 'a', at: iso(10), text: 'edited' }))!;
    expect(thread(data)[0]?.text).toBe('edited');
    expect(thread(data)).toHaveLength(4);
  });

  it('never moves a status back', () => {
    const out = (status: Message['status']) => message({ id: 'd', at: iso(40), direction: 'out', status });
    let data = reduceMessages(loaded(), out('delivered'))!;
    data = reduceMessages(data, out('sent'))!;
    expect(thread(data).at(-1)?.status).toBe('delivered');
  });

  it('keeps the files when a change of status comes without them', () => {
    const file = { id: 'f', kind: 'image', name: 'a.png', type: 'image/png', size: 1, state: 'stored' };
    let data = reduceMessages(loaded(), message({ id: 'd', at: iso(40), attachments: [file] }))!;
    data = reduceMessages(data, message({ id: 'd', at: iso(40), attachments: [] }))!;
    expect(thread(data).at(-1)?.attachments).toEqual([file]);
  });

  it('lets a retry begin again after a failure', () => {
    const out = (status: Message['status']) => message({ id: 'd', at: iso(40), direction: 'out', status });
    let data = reduceMessages(loaded(), out('failed'))!;
    data = reduceMessages(data, out('queued'))!;
    expect(thread(data).at(-1)?.status).toBe('queued');
  });

  it('leaves out what is older than all that is loaded: it comes with its page', () => {
    const data = { ...loaded(), pages: [loaded().pages[0]!] };
    expect(reduceMessages(data, message({ id: 'z', at: iso(1) }))).toBe(data);
  });
});

describe('reduceEvents', () => {
  it('keeps each once, in order', () => {
    const data = { items: [event({ seq: 5 })] };
    expect(reduceEvents(data, event({ seq: 5 }))).toBe(data);
    expect(reduceEvents(data, event({ seq: 3 }))?.items.map((e) => e.seq)).toEqual([3, 5]);
  });
});
