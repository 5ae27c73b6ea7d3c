import { describe, expect, it } from 'vitest';
import { difference } from './diff';

const names = { queue: (id: string) => `Q${id}`, skill: (id: string) => `S${id}` };
const rule = (id: string, change: object = {}) => ({ id, name: id, enabled: true, when: 'true', then: {}, ...change });
const said = (before: ReturnType<typeof rule>[], after: ReturnType<typeof rule>[]) =>
  difference(before, after, names).map((d) => `${d.kind} ${d.id} ${String(d.from)}→${String(d.to)}${d.fields.map((f) => ` ${f.field}: ${f.before}→${f.after}`).join('')}`);

describe('difference', () => {
  it('tells added, removed and changed', () => {
    const before = [rule('a'), rule('b'), rule('c', { then: { queue_id: '1', priority: 5 } })];
    const after = [rule('n'), rule('a', { when: 'false', enabled: false }), rule('c', { then: { queue_id: '2', priority: -5, requirements: [{ skill_id: 'x', level: 2, preferred: true }] } })];
    expect(said(before, after)).toEqual([
      'added n 0→1',
      'changed a 2→2 when: true→false enabled: on→off',
      'changed c 3→3 queue: Q1→Q2 requirements: →Sx ≥ 2 ? priority: +5 min→−5 min',
      'removed b 2→0',
    ]);
  });

  it('tells ring plans apart, also one without steps', () => {
    const own = [{ after_seconds: 60, queue_id: '2', relax: [{ skill_id: 'x', level: 1 }], priority: 5 }];
    expect(said([rule('a')], [rule('a', { then: { rings: own } })])).toEqual(['changed a 1→1 rings: →60 s: Sx ≥ 1 Q2 +5 min']);
    expect(said([rule('a')], [rule('a', { then: { rings: [] } })])).toEqual(['changed a 1→1 rings: →–']);
  });

  it('tells the fewest moves', () => {
    const list = ['a', 'b', 'c', 'd'].map((id) => rule(id));
    const [a, b, c, d] = list as [ReturnType<typeof rule>, ReturnType<typeof rule>, ReturnType<typeof rule>, ReturnType<typeof rule>];
    expect(said(list, [b, c, d, a])).toEqual(['moved a 1→4']);
    expect(said(list, [a, c, d])).toEqual(['removed b 2→0']);
    expect(said(list, list)).toEqual([]);
  });
});
