import type { TFunction } from 'i18next';
import type { components } from '@/api/schema';
import { parts } from './duration';
import { does, type Ring } from './plan';

type Requirement = components['schemas']['Requirement'];
export type Reach = components['schemas']['ReachItem'];

export interface Names {
  skill: (id: string) => string;
  queue: (id: string) => string;
}

interface Told {
  t: TFunction<'rings'>;
  language: string;
  names: Names;
}

/** "5 minutes", "1 hour and 30 minutes". */
export function timeWords(seconds: number, t: TFunction<'rings'>, language: string): string {
  return joined(parts(seconds).map((p) => t(`time.${p.unit}`, { count: p.n })), language);
}

export function joined(list: readonly string[], language: string): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(list);
}

/** Whom a queue asks for: "everybody with German ≥ 3 and Italian ≥ 1". */
export function whoWords(reqs: readonly Requirement[], { t, language, names }: Told): string {
  const must = reqs.filter((r) => !r.preferred).map((r) => `${names.skill(r.skill_id)} ≥ ${String(r.level)}`);
  return must.length === 0 ? t('story.anybody') : t('story.with', { skills: joined(must, language) });
}

/** What a step does, a clause each. */
export function clauses(r: Ring, { t, names }: Told): string[] {
  return [
    ...(r.relax ?? []).map((x) =>
      x.level === 0 ? t('story.gone', { skill: names.skill(x.skill_id) }) : t('story.relax', { skill: names.skill(x.skill_id), level: x.level }),
    ),
    ...(r.queue_id ? [t('story.queue', { queue: names.queue(r.queue_id) })] : []),
    ...(r.skill_id ? [t('story.team', { skill: names.skill(r.skill_id) })] : []),
    ...(r.priority ? [t('story.priority', { count: r.priority })] : []),
    ...(r.offer ? [t(`story.${r.offer}`)] : []),
  ];
}

export function countWords(reach: Reach | undefined, t: TFunction<'rings'>): string {
  if (!reach) return '';
  return t('story.count', { people: reach.people === 0 ? t('nobody') : t('people', { count: reach.people }), online: t('online', { count: reach.online }) });
}

interface Story extends Told {
  /** Null when it is not known whose demands these are. */
  requirements: readonly Requirement[] | null;
  plan: readonly Ring[];
  /** Who could take a customer, at once and with each step; missing while it is not known. */
  reach?: readonly Reach[] | undefined;
  /** Hours after which messages are given up. */
  expireHours?: number | undefined;
}

/** What happens to a customer over time, a sentence each. */
export function story(s: Story): string[] {
  const { t, language } = s;
  const out: string[] = [];
  if (s.requirements !== null) out.push(t('story.start', { who: whoWords(s.requirements, s), count: countWords(s.reach?.[0], t) }));
  s.plan.forEach((r, i) => {
    if (!does(r)) return;
    const now = s.reach?.[i + 1];
    const grown = now !== undefined && now.new > 0 ? countWords(now, t) : '';
    const what = joined(clauses(r, s), language);
    out.push(r.after_seconds === 0 ? t('story.early', { effects: what, count: grown }) : t('story.step', { time: timeWords(r.after_seconds, t, language), effects: what, count: grown }));
  });
  if (s.expireHours) out.push(t('story.end', { time: timeWords(s.expireHours * 3600, t, language) }));
  return out;
}
