import { describe, expect, it } from 'vitest';
import { faultsByRule, fromRules, move, newDraft, same, tagsOf, toBody, unfinished } from './drafts';
import type { Rule } from './types';

const rule = (id: string, change: Partial<Rule> = {}): Rule => ({ id, name: id, enabled: true, when: 'true', then: {}, ...change }) as Rule;

describe('drafts', () => {
  it('are the same when they mean the same', () => {
    const a = fromRules([rule('a', { then: { requirements: [], tags: [], priority: 0 } as Rule['then'] })]);
    expect(same(a, fromRules([rule('a')]))).toBe(true);
    expect(same(a, fromRules([rule('a', { when: 'false' })]))).toBe(false);
    expect(same(fromRules([rule('a'), rule('b')]), fromRules([rule('b'), rule('a')]))).toBe(false);
  });

  it('keep a ring plan without steps, which is not the queue’s', () => {
    const [a] = fromRules([rule('a', { then: { rings: [] } as Rule['then'] })]);
    expect(a && toBody([a])[0]?.then).toEqual({ rings: [] });
  });

  it('move and stay within the list', () => {
    expect(move(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(move(['a', 'b', 'c'], 2, -1)).toEqual(['c', 'a', 'b']);
    expect(move(['a', 'b'], 1, 9)).toEqual(['a', 'b']);
  });

  it('read tags from text, each once', () => {
    expect(tagsOf(' vip,  big  deal , ,vip')).toEqual(['vip', 'big deal']);
  });
});

it('a refused save is about the rule and the place in it', () => {
  const list = [newDraft('a', 'true'), newDraft('b', 'true')];
  const found = faultsByRule([{ field: 'rules[1].then.rings[0].queue_id', message: 'gone' }, { field: 'rules[1].name', message: 'odd' }, { field: 'note', message: 'long' }, { field: 'rules[7].name', message: 'nobody' }], list);
  expect([...found]).toEqual([[list[1]?.key, { 'then.rings.0.queue_id': 'gone', name: 'odd' }]]);
});

it('a step that says nothing yet keeps a rule from being saved', () => {
  const d = newDraft('a', 'true');
  expect(unfinished(d)).toBe(false);
  expect(unfinished({ ...d, then: { rings: [] } })).toBe(false);
  expect(unfinished({ ...d, then: { rings: [{ after_seconds: 60 }] } })).toBe(true);
});
