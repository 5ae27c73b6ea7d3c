import type { components } from '@/api/schema';

export type Ring = components['schemas']['Ring'];
export type Relaxation = components['schemas']['Relaxation'];
type Requirement = components['schemas']['Requirement'];

/** What a step can do; each at most once in a step, `relax` for several skills. */
export const effects = ['relax', 'queue', 'team', 'priority', 'offer'] as const;
export type Effect = (typeof effects)[number];

/** The most steps that the server takes, and the longest wait in seconds. */
export const MOST_STEPS = 6;
export const MOST_SECONDS = 604_800;

/** A step in the editor; `key` stays while it is edited and moved. */
export interface Step {
  key: string;
  ring: Ring;
}

export const toSteps = (plan: readonly Ring[]): Step[] => plan.map((ring) => ({ key: crypto.randomUUID(), ring }));
export const toPlan = (steps: readonly Step[]): Ring[] => steps.map((s) => s.ring);

export const samePlan = (a: readonly Ring[], b: readonly Ring[]): boolean => JSON.stringify(a.map(tidyRing)) === JSON.stringify(b.map(tidyRing));

/** A step with its fields in one order and without those that say nothing. */
export function tidyRing(r: Ring): Ring {
  return {
    after_seconds: r.after_seconds,
    ...(r.relax?.length ? { relax: r.relax.map((x) => ({ skill_id: x.skill_id, level: x.level })) } : {}),
    ...(r.queue_id ? { queue_id: r.queue_id } : {}),
    ...(r.skill_id ? { skill_id: r.skill_id } : {}),
    ...(r.priority ? { priority: r.priority } : {}),
    ...(r.offer ? { offer: r.offer } : {}),
  };
}

/** Another's plan for a queue, which cannot help itself. */
export function copyOf(plan: readonly Ring[], queueId: string | undefined): Ring[] {
  return plan.map((r) => tidyRing(queueId && r.queue_id === queueId ? { ...r, queue_id: '' } : r)).filter(does);
}

/** What a step does, also where it is not filled in yet. */
export function effectsOf(r: Ring): Effect[] {
  const there: Record<Effect, boolean> = {
    relax: r.relax !== undefined && r.relax.length > 0,
    queue: r.queue_id !== undefined,
    team: r.skill_id !== undefined,
    priority: r.priority !== undefined,
    offer: r.offer !== undefined,
  };
  return effects.filter((e) => there[e]);
}

/** Whether the server would take the step for one that does something. */
export const does = (r: Ring): boolean => Object.keys(tidyRing(r)).length > 1;

/** A step with something more; ids are the first choices that its lists offer. */
export function withEffect(r: Ring, effect: Effect, first: { skill: string; level: number; team: string; queue: string }): Ring {
  switch (effect) {
    case 'relax':
      return { ...r, relax: [...(r.relax ?? []), { skill_id: first.skill, level: Math.max(0, first.level - 1) }] };
    case 'queue':
      return { ...r, queue_id: first.queue };
    case 'team':
      return { ...r, skill_id: first.team };
    case 'priority':
      return { ...r, priority: 10 };
    case 'offer':
      return { ...r, offer: 'message' };
  }
}

const fieldOf: Record<Exclude<Effect, 'relax'>, keyof Ring> = { queue: 'queue_id', team: 'skill_id', priority: 'priority', offer: 'offer' };

/** A step without one of the things it does; of several relaxations that at `index`. */
export function withoutEffect(r: Ring, effect: Effect, index = 0): Ring {
  const next = { ...r };
  if (effect !== 'relax') {
    delete next[fieldOf[effect]];
    return next;
  }
  const left = (r.relax ?? []).filter((_, i) => i !== index);
  if (left.length > 0) next.relax = left;
  else delete next.relax;
  return next;
}

/** Demands and wishes together, as the server joins them: of one skill the higher level counts, and a demand beats a wish. */
export function strictest(...all: (readonly Requirement[])[]): Requirement[] {
  const out = new Map<string, Requirement>();
  for (const r of all.flat()) {
    const have = out.get(r.skill_id);
    if (!have || (have.preferred && !r.preferred) || (Boolean(have.preferred) === Boolean(r.preferred) && r.level > have.level)) out.set(r.skill_id, r);
  }
  return [...out.values()];
}

/** When a new step begins: a minute in, then each time twice as late, in round figures. */
export function nextMoment(plan: readonly Ring[]): number {
  const last = plan.at(-1)?.after_seconds ?? 30;
  const twice = last * 2;
  const round = twice < 600 ? 30 : twice < 7200 ? 300 : 3600;
  return Math.min(MOST_SECONDS, Math.max(last + 30, Math.round(twice / round) * round));
}

/** Steps by their moments; those at the same moment stay as they stand. */
export const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((a, b) => a.ring.after_seconds - b.ring.after_seconds);

export const isInOrder = (steps: readonly Step[]): boolean =>
  steps.every((s, i) => i === 0 || s.ring.after_seconds >= (steps[i - 1]?.ring.after_seconds ?? 0));

/** The level of a skill that is still demanded before step `n` of a plan; null when nobody demands it. */
export function levelBefore(plan: readonly Ring[], n: number, skill: string, demanded: ReadonlyMap<string, number>): number | null {
  let level = demanded.get(skill) ?? null;
  for (const r of plan.slice(0, n)) {
    for (const x of r.relax ?? []) {
      if (x.skill_id === skill && level !== null) level = Math.min(level, x.level);
    }
  }
  return level === 0 ? null : level;
}

/** What is wrong with steps before they are sent, by the path that shows it. */
export function checkPlan(plan: readonly Ring[], words: { nothing: string; choose: string }): Record<string, string> {
  const out: Record<string, string> = {};
  plan.forEach((r, i) => {
    if (r.queue_id === '') out[`${i}.queue_id`] = words.choose;
    if (r.skill_id === '') out[`${i}.skill_id`] = words.choose;
    if (!does(r) && Object.keys(out).every((k) => !k.startsWith(`${i}.`))) out[String(i)] = words.nothing;
  });
  return out;
}

/** Each place of a plan's editor that can show a fault of its own. */
export function planPaths(prefix: string, plan: readonly Ring[]): string[] {
  const below = plan.flatMap((r, i) => [
    `${prefix}.${i}`,
    ...['after_seconds', 'queue_id', 'skill_id', 'priority', 'offer'].map((f) => `${prefix}.${i}.${f}`),
    ...(r.relax ?? []).map((_, j) => `${prefix}.${i}.relax.${j}`),
  ]);
  return [prefix, ...below];
}
