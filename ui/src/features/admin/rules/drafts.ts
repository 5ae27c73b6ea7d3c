import { fieldOf } from '../problem';
import { checkPlan, tidyRing } from '../rings/plan';
import type { Draft, Outcome, Rule, RuleBody } from './types';

/** The most rules the server takes. */
export const MOST_RULES = 100;

export const fromRules = (rules: readonly Rule[]): Draft[] =>
  rules.map((r) => ({ key: r.id, id: r.id, name: r.name, enabled: r.enabled, when: r.when, then: tidy(r.then as Outcome) }));

export const toBody = (drafts: readonly Draft[]): RuleBody[] =>
  drafts.map(({ id, name, enabled, when, then }) => ({ ...(id ? { id } : {}), name, enabled, when, then: tidy(then) }));

/** Leaves out what says nothing, so that two outcomes that mean the same are the same. */
export function tidy(o: Outcome): Outcome {
  return {
    ...(o.queue_id ? { queue_id: o.queue_id } : {}),
    ...(o.requirements?.length ? { requirements: o.requirements.map((r) => ({ skill_id: r.skill_id, level: r.level, ...(r.preferred ? { preferred: true } : {}) })) } : {}),
    ...(o.priority ? { priority: o.priority } : {}),
    ...(o.tags?.length ? { tags: o.tags } : {}),
    ...(o.rings ? { rings: o.rings.map(tidyRing) } : {}),
  };
}

export const same = (a: readonly Draft[], b: readonly Draft[]): boolean => JSON.stringify(toBody(a)) === JSON.stringify(toBody(b));

/** The list with one entry at another place. */
export function move<T>(list: readonly T[], from: number, to: number): T[] {
  const out = [...list];
  const [x] = out.splice(from, 1);
  if (x !== undefined) out.splice(Math.max(0, Math.min(to, out.length)), 0, x);
  return out;
}

export const newDraft = (name = '', when = ''): Draft => ({ key: crypto.randomUUID(), id: '', name, enabled: true, when, then: {} });

export const tagsOf = (text: string): string[] => [...new Set(text.split(',').map((x) => x.trim().replaceAll(/\s+/g, ' ')).filter(Boolean))];

/** Whether a ring plan of the rule has a step that says nothing yet. */
export const unfinished = (d: Draft): boolean => d.then.rings !== undefined && Object.keys(checkPlan(d.then.rings, { nothing: 'x', choose: 'x' })).length > 0;

/** Faults of a refused save by the rule they are about, and below it by path: `then.rings.0.queue_id`. */
export function faultsByRule(faults: readonly { field: string; message: string }[], drafts: readonly Draft[]): Map<string, Record<string, string>> {
  const out = new Map<string, Record<string, string>>();
  for (const f of faults) {
    const parts = /^rules\.(\d+)\.(.+)$/.exec(fieldOf(f.field));
    const key = parts ? drafts[Number(parts[1])]?.key : undefined;
    if (key && parts?.[2]) out.set(key, { ...out.get(key), [parts[2]]: f.message });
  }
  return out;
}
