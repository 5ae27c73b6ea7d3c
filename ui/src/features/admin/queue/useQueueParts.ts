import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { weekWords } from '../calendar/summary';
import '../calendar/words';
import { useNames } from '../names';
import { within } from '../problem';
import type { QueueValues } from '../queueForm';
import { timeWords } from '../rings/story';
import '../rings/words';
import type { Part } from '../Sections';
import type { Preview } from './preview';
import './words';

const places: Record<string, readonly string[]> = {
  'q-basics': ['name', 'open'],
  'q-who': ['requirements'],
  'q-policy': ['policy', 'reserve', 'preferred_seconds'],
  'q-wait': ['rings'],
  'q-level': ['target_seconds', 'target_share'],
  'q-offers': ['auto_accept', 'offer_seconds', 'alert_declines'],
  'q-line': ['order', 'priority', 'weight', 'requeue_minutes', 'expire_hours'],
  'q-hours': ['hours', 'after_hours', 'after_hours_queue_id'],
  'q-costs': ['costs'],
};

/** The parts of a queue's form, what each says, and where something is wrong. */
export function useQueueParts(v: QueueValues, errors: Record<string, ReactNode>, preview: Preview | undefined): Part[] {
  const { t, i18n } = useTranslation(['queue', 'admin']);
  const { t: rings } = useTranslation('rings');
  const { t: calendar } = useTranslation('calendar');
  const names = useNames();
  const says: Record<string, string> = {
    'q-basics': v.open ? t('admin:queue.open') : t('admin:queue.closed'),
    'q-who': v.requirements.filter((r) => !r.preferred).map((r) => `${names.skill(r.skill_id)} ≥ ${String(r.level)}`).join(', ') || t('admin:queue.anyone'),
    'q-policy': i18n.exists(`queue:policy.of.${v.policy}.name`) ? t(`policy.of.${v.policy}.name`) : v.policy,
    'q-wait': v.rings.length === 0 ? t('admin:none') : t('steps', { count: v.rings.length }),
    'q-level': `${String(v.target_share)} % · ${timeWords(Number(v.target_seconds), rings, i18n.language)}`,
    'q-hours': v.hours === null ? calendar('words.always') : weekWords(v.hours, calendar),
  };
  const title: Record<string, string> = {
    'q-basics': t('nav.basics'), 'q-who': t('admin:requirements.title'), 'q-policy': t('nav.choice'), 'q-wait': t('nav.wait'), 'q-level': t('nav.level'), 'q-offers': t('nav.offers'),
    'q-line': t('nav.line'), 'q-hours': t('nav.hours'), 'q-costs': t('nav.costs'),
  };
  return Object.entries(places).map(([id, list]) => {
    const of = (all: Record<string, unknown>) => Object.keys(all).some((path) => all[path] && within(path, list));
    const state = of(errors) ? 'fault' : of(preview?.hints ?? {}) ? 'hint' : undefined;
    return { id, name: title[id] ?? id, ...(says[id] ? { says: says[id] } : {}), state };
  });
}
