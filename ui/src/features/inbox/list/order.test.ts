import { describe, expect, it } from 'vitest';
import { conversation, iso, t0 } from '@/test/make';
import { hold, inOrder, toTarget } from './order';

const ids = (list: { id: string }[]) => list.map((c) => c.id).join('');

describe('inOrder', () => {
  it('mine: the longest unanswered first, then answered by activity, snoozed last', () => {
    const list = [
      conversation({ id: 'a', last_message: { text: '', author: 'agent', at: iso(50) } }),
      conversation({ id: 'b', unanswered_since: iso(20) }),
      conversation({ id: 'c', state: 'snoozed', snoozed_until: iso(999), unanswered_since: iso(1) }),
      conversation({ id: 'd', unanswered_since: iso(10) }),
      conversation({ id: 'e', last_message: { text: '', author: 'agent', at: iso(90) } }),
    ];
    expect(ids(inOrder('mine', list))).toBe('dbeac');
  });

  it('line: first in, first out, with priority as minutes', () => {
    const list = [
      conversation({ id: 'a', state: 'waiting', queued_at: iso(0) }),
      conversation({ id: 'b', state: 'waiting', queued_at: iso(300), priority: 10 }),
      conversation({ id: 'c', state: 'waiting', queued_at: iso(60) }),
    ];
    expect(ids(inOrder('line', list))).toBe('bac');
  });
});

describe('hold', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => conversation({ id }));

  it('passes through while nothing is held', () => {
    expect(ids(hold(null, [a!, b!]).rows.map((r) => r.conversation))).toBe('ab');
  });

  it('keeps the order, with each row as it is now', () => {
    const newer = conversation({ id: 'b', unread: 3 });
    const held = hold([a!, b!], [newer, a!]);
    expect(ids(held.rows.map((r) => r.conversation))).toBe('ab');
    expect(held.rows[1]?.conversation.unread).toBe(3);
    expect(held.fresh).toBe(0);
  });

  it('counts what is new instead of showing it, and keeps the place of what is gone', () => {
    const held = hold([a!, b!], [c!, b!]);
    expect(held.rows.map((r) => [r.conversation.id, r.gone])).toEqual([['a', true], ['b', false]]);
    expect(held.fresh).toBe(1);
  });
});

describe('toTarget', () => {
  it('counts from entering the line, or from the first unanswered message', () => {
    expect(toTarget(conversation({ state: 'waiting', queued_at: iso(0) }), t0 + 45_000)).toBe(15);
    expect(toTarget(conversation({ unanswered_since: iso(0) }), t0 + 90_000)).toBe(-30);
  });

  it('is nothing when nobody waits', () => {
    expect(toTarget(conversation(), t0)).toBeUndefined();
  });
});
