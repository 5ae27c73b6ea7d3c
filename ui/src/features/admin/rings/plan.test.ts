import { describe, expect, it } from 'vitest';
import { checkPlan, copyOf, does, effectsOf, inOrder, isInOrder, levelBefore, nextMoment, planPaths, samePlan, strictest, tidyRing, toPlan, toSteps, withEffect, withoutEffect, type Ring } from './plan';

const first = { skill: 'de', level: 3, team: 'lead', queue: 'sales' };

describe('a step', () => {
  it('takes each thing it can do, and gives it back', () => {
    let r: Ring = { after_seconds: 60 };
    for (const effect of ['relax', 'queue', 'team', 'priority', 'offer'] as const) r = withEffect(r, effect, first);
    expect(r).toEqual({ after_seconds: 60, relax: [{ skill_id: 'de', level: 2 }], queue_id: 'sales', skill_id: 'lead', priority: 10, offer: 'message' });
    expect(effectsOf(r)).toEqual(['relax', 'queue', 'team', 'priority', 'offer']);
    for (const effect of effectsOf(r)) r = withoutEffect(r, effect);
    expect(r).toEqual({ after_seconds: 60 });
  });

  it('relaxes several skills, and drops one of them', () => {
    const r = withEffect(withEffect({ after_seconds: 0 }, 'relax', first), 'relax', { ...first, skill: 'it', level: 1 });
    expect(r.relax).toEqual([{ skill_id: 'de', level: 2 }, { skill_id: 'it', level: 0 }]);
    expect(withoutEffect(r, 'relax', 0).relax).toEqual([{ skill_id: 'it', level: 0 }]);
    expect(withoutEffect(withoutEffect(r, 'relax', 0), 'relax', 0)).not.toHaveProperty('relax');
  });

  it('does nothing until something is chosen in full', () => {
    expect(does({ after_seconds: 60 })).toBe(false);
    expect(does({ after_seconds: 60, queue_id: '', priority: 0, relax: [] })).toBe(false);
    expect(does({ after_seconds: 60, relax: [{ skill_id: 'de', level: 0 }] })).toBe(true);
  });

  it('is told in one form, whatever order it was written in', () => {
    expect(samePlan([{ offer: 'callback', after_seconds: 5, priority: 0 }], [{ after_seconds: 5, offer: 'callback' }])).toBe(true);
    expect(samePlan([{ after_seconds: 5, priority: 1 }], [{ after_seconds: 5, priority: 2 }])).toBe(false);
    expect(Object.keys(tidyRing({ offer: 'message', after_seconds: 1 }))).toEqual(['after_seconds', 'offer']);
  });
});

describe('a plan', () => {
  it('is put in order of time, those at one moment as they stood', () => {
    const steps = toSteps([{ after_seconds: 90, priority: 1 }, { after_seconds: 30, priority: 2 }, { after_seconds: 90, priority: 3 }]);
    expect(isInOrder(steps)).toBe(false);
    expect(toPlan(inOrder(steps)).map((r) => r.priority)).toEqual([2, 1, 3]);
    expect(isInOrder(inOrder(steps))).toBe(true);
  });

  it.each([
    [[], 60],
    [[60], 120],
    [[90], 180],
    [[400], 900],
    [[604_790], 604_800],
  ])('after %j suggests %i seconds', (at, want) => expect(nextMoment(at.map((after_seconds) => ({ after_seconds })))).toBe(want));

  it('is copied without what would have a queue help itself', () => {
    const plan: Ring[] = [{ after_seconds: 1, queue_id: 'sales', priority: 5 }, { after_seconds: 2, queue_id: 'sales' }, { after_seconds: 3, queue_id: 'other' }];
    expect(copyOf(plan, 'sales')).toEqual([{ after_seconds: 1, priority: 5 }, { after_seconds: 3, queue_id: 'other' }]);
    expect(copyOf(plan, undefined)).toEqual(plan);
  });

  it('knows what is still demanded before a step', () => {
    const plan: Ring[] = [{ after_seconds: 1, relax: [{ skill_id: 'de', level: 2 }] }, { after_seconds: 2, relax: [{ skill_id: 'de', level: 0 }] }];
    const demanded = new Map([['de', 3]]);
    expect([0, 1, 2].map((n) => levelBefore(plan, n, 'de', demanded))).toEqual([3, 2, null]);
    expect(levelBefore(plan, 0, 'it', demanded)).toBeNull();
  });

  it('is refused here where the server would refuse it', () => {
    const words = { nothing: 'nothing', choose: 'choose' };
    expect(checkPlan([{ after_seconds: 1 }, { after_seconds: 2, queue_id: '' }, { after_seconds: 3, priority: 1, skill_id: '' }, { after_seconds: 4, offer: 'message' }], words))
      .toEqual({ '0': 'nothing', '1.queue_id': 'choose', '2.skill_id': 'choose' });
  });

  it('has a place for each fault', () => {
    const paths = planPaths('rings', [{ after_seconds: 1, relax: [{ skill_id: 'de', level: 1 }] }]);
    for (const path of ['rings', 'rings.0', 'rings.0.after_seconds', 'rings.0.queue_id', 'rings.0.relax.0']) expect(paths).toContain(path);
    expect(paths).not.toContain('rings.1');
  });
});

it('joins demands as the server does', () => {
  expect(
    strictest(
      [{ skill_id: 'de', level: 2 }, { skill_id: 'it', level: 5, preferred: true }],
      [{ skill_id: 'de', level: 4 }, { skill_id: 'de', level: 5, preferred: true }, { skill_id: 'it', level: 1 }],
    ),
  ).toEqual([{ skill_id: 'de', level: 4 }, { skill_id: 'it', level: 1 }]);
});
