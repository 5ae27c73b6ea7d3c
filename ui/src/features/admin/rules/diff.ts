import { tidy } from './drafts';
import type { Outcome } from './types';

interface Ruled {
  id: string;
  name: string;
  enabled: boolean;
  when: string;
  then: Outcome;
}

export interface Field {
  field: 'name' | 'when' | 'enabled' | 'queue' | 'requirements' | 'priority' | 'tags' | 'rings';
  before: string;
  after: string;
}

export interface Difference {
  id: string;
  name: string;
  kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Places in the order, from 1. */
  from: number;
  to: number;
  fields: Field[];
}

/** Words for what a rule names by id. */
export interface Names {
  queue: (id: string) => string;
  skill: (id: string) => string;
}

/**
 * What changed from one set to another, in the order of the newer one, removed
 * rules last. Moved are only those that changed their place among the rules
 * both have: taking one out moves none of the others.
 */
export function difference(before: readonly Ruled[], after: readonly Ruled[], names: Names): Difference[] {
  const old = new Map(before.map((r, i) => [r.id, { rule: r, place: i + 1 }]));
  const staying = new Set(inOrder(after.map((r) => r.id).filter((id) => old.has(id)), before.map((r) => r.id)));
  const out: Difference[] = [];
  after.forEach((rule, i) => {
    const was = old.get(rule.id);
    const base = { id: rule.id, name: rule.name, to: i + 1 };
    if (!was) {
      out.push({ ...base, kind: 'added', from: 0, fields: [] });
      return;
    }
    const fields = fieldsOf(was.rule, rule, names);
    const moved = !staying.has(rule.id);
    if (fields.length > 0) out.push({ ...base, kind: 'changed', from: moved ? was.place : i + 1, fields });
    else if (moved) out.push({ ...base, kind: 'moved', from: was.place, fields });
  });
  const kept = new Set(after.map((r) => r.id));
  before.forEach((rule, i) => {
    if (!kept.has(rule.id)) out.push({ id: rule.id, name: rule.name, kind: 'removed', from: i + 1, to: 0, fields: [] });
  });
  return out;
}

// The longest run of ids that stand in the same order in both: the fewest moves.
function inOrder(ids: readonly string[], reference: readonly string[]): string[] {
  const place = new Map(reference.map((id, i) => [id, i]));
  const best: string[][] = [];
  for (const [i, id] of ids.entries()) {
    let longest: string[] = [];
    for (let j = 0; j < i; j++) {
      const run = best[j] ?? [];
      const last = run.at(-1);
      if (last !== undefined && (place.get(last) ?? 0) < (place.get(id) ?? 0) && run.length > longest.length) longest = run;
    }
    best.push([...longest, id]);
  }
  return best.reduce<string[]>((a, b) => (b.length > a.length ? b : a), []);
}

function fieldsOf(a: Ruled, b: Ruled, names: Names): Field[] {
  const x = shown(a, names);
  const y = shown(b, names);
  return (Object.keys(x) as Field['field'][]).filter((f) => x[f] !== y[f]).map((field) => ({ field, before: x[field], after: y[field] }));
}

function shown(r: Ruled, names: Names): Record<Field['field'], string> {
  const then = tidy(r.then);
  return {
    name: r.name,
    when: r.when,
    enabled: r.enabled ? 'on' : 'off',
    queue: then.queue_id ? names.queue(then.queue_id) : '',
    requirements: (then.requirements ?? []).map((q) => `${names.skill(q.skill_id)} ≥ ${String(q.level)}${q.preferred ? ' ?' : ''}`).join(', '),
    priority: then.priority ? `${then.priority > 0 ? '+' : '−'}${String(Math.abs(then.priority))} min` : '',
    tags: (then.tags ?? []).join(', '),
    rings: then.rings ? plan(then.rings, names) : '',
  };
}

// A ring plan step by step; one without steps is a plan, too.
function plan(rings: NonNullable<Outcome['rings']>, names: Names): string {
  if (rings.length === 0) return '–';
  return rings
    .map((r) => [
      `${String(r.after_seconds)} s:`,
      ...(r.relax ?? []).map((x) => `${names.skill(x.skill_id)} ≥ ${String(x.level)}`),
      ...(r.queue_id ? [names.queue(r.queue_id)] : []),
      ...(r.skill_id ? [names.skill(r.skill_id)] : []),
      ...(r.priority ? [`+${String(r.priority)} min`] : []),
      ...(r.offer ? [r.offer] : []),
    ].join(' '))
    .join('; ');
}
