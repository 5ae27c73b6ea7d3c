import { describe, expect, it } from 'vitest';
import { fromRules, move, same, tagsOf, toBody } from './drafts';
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
