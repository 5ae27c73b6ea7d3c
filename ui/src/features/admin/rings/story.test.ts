import { expect, it, describe } from 'vitest';
import { i18next } from '@/i18n';
import { inUnit, parts, toSeconds, unitOf } from './duration';
import { story, timeWords, type Reach } from './story';
import './words';

const t = i18next.getFixedT('en', 'rings');
const names = { skill: (id: string) => ({ de: 'German', it: 'Italian' })[id] ?? id, queue: () => 'Sales' };
const reach = (people: number, fresh: number): Reach => ({ people, online: 1, new: fresh, names: [] });

describe('in plain words', () => {
  it('a plan is a sentence a step, with the people where some are new', () => {
    const told = story({
      t, language: 'en', names, expireHours: 24,
      requirements: [{ skill_id: 'de', level: 3 }, { skill_id: 'it', level: 1, preferred: true }],
      plan: [
        { after_seconds: 60, relax: [{ skill_id: 'de', level: 2 }] },
        { after_seconds: 90, queue_id: 's', priority: 1 },
        { after_seconds: 5400, skill_id: 'it', relax: [{ skill_id: 'de', level: 0 }], offer: 'callback' },
      ],
      reach: [reach(1, 1), reach(2, 1), reach(2, 0), reach(5, 3)],
    });
    expect(told).toEqual([
      'At once, everybody with German ≥ 3 may take a customer (1 person, 1 at work).',
      'After 1 minute, German ≥ 2 is enough (2 people, 1 at work).',
      'After 1 minute and 30 seconds, agents of Sales help and the customer moves ahead as if they had waited 1 minute longer.',
      'After 1 hour and 30 minutes, German is no longer needed, everybody with Italian helps, and the customer may ask to be called back (5 people, 1 at work).',
      'Messages that nobody has taken after 1 day are given up.',
    ]);
  });

  it('nobody in particular is everybody, and steps that say nothing are not told', () => {
    expect(story({ t, language: 'en', names, requirements: [], plan: [{ after_seconds: 60 }, { after_seconds: 0, offer: 'message' }] })).toEqual([
      'At once, everybody who works here may take a customer.',
      'From the start, the customer may leave a message instead of waiting.',
    ]);
    expect(story({ t, language: 'en', names, requirements: null, plan: [] })).toEqual([]);
  });
});

describe('a time', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [3600, '1 hour'],
    [90_061, '1 day, 1 hour, 1 minute, and 1 second'],
  ])('of %i seconds is %s', (s, words) => expect(timeWords(s, t, 'en')).toBe(words));

  it('is written in the largest unit that has it whole', () => {
    expect([0, 45, 60, 90, 3600, 5400].map(unitOf)).toEqual(['seconds', 'seconds', 'minutes', 'seconds', 'hours', 'minutes']);
    expect(inUnit(90, 'minutes')).toBe(1.5);
    expect(toSeconds(1.5, 'minutes')).toBe(90);
    expect(parts(3661).map((p) => p.n)).toEqual([1, 1, 1]);
  });
});
