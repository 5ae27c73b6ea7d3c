import { useTranslation } from 'react-i18next';
import { useNames } from '../names';
import type { Outcome } from './types';

/** What an outcome does, in a few words each. */
export function useSummary(): (o: Outcome) => string[] {
  const { t } = useTranslation('rules');
  const names = useNames();
  return (o) => {
    const out = [
      ...(o.queue_id ? [t('then.to', { queue: names.queue(o.queue_id) })] : []),
      ...(o.requirements ?? []).map((r) => `${names.skill(r.skill_id)} ≥ ${String(r.level)}${r.preferred ? ' ?' : ''}`),
      ...(o.priority ? [t('then.minutes', { sign: o.priority > 0 ? '+' : '−', count: Math.abs(o.priority) })] : []),
      ...(o.tags ?? []).map((tag) => `#${tag}`),
      ...(o.rings ? [o.rings.length > 0 ? t('then.ringsOwn', { count: o.rings.length }) : t('then.ringsNone')] : []),
    ];
    return out.length > 0 ? out : [t('then.nothing')];
  };
}
