import { useTranslation } from 'react-i18next';
import { TOTALS, type QueueLevels } from './boardStore';
import classes from './board.module.css';
import { clockText, percent } from './format';
import { Longest, type Clock } from './Longest';
import { worst } from './status';
import { StatusMark } from './StatusMark';
import type { BoardQueue } from './types';

/**
 * How many queues are past or near their limit in a figure. Each has a target
 * of its own, so the figure of all queues together has none.
 */
export function TotalMark({ levels, figure }: { levels: ReadonlyMap<string, QueueLevels>; figure: 'wait' | 'service' }) {
  const { t } = useTranslation('board');
  const all = [...levels].filter(([id]) => id !== TOTALS).map(([, l]) => l[figure]);
  const level = worst(all);
  const count = all.filter((l) => l === level).length;
  const bad = level === 'near' || level === 'breach';
  return <StatusMark level={level} word={bad ? t(`totalLevel.${level}`, { count }) : t(level === 'none' && figure === 'wait' ? 'nobodyWaits' : `level.${level}`)} />;
}

/** All queues together, in one band. */
export function Totals({ totals: q, levels, clock }: { totals: BoardQueue; levels: ReadonlyMap<string, QueueLevels>; clock: Clock }) {
  const { t, i18n } = useTranslation('board');
  const lang = i18n.language;
  const none = t('none');
  const figures = [
    { id: 'waiting', value: String(q.waiting), under: q.overdue > 0 ? `${t('figure.overdue')} ${String(q.overdue)}` : '' },
    { id: 'longest', value: <Longest queue={q} clock={clock} />, mark: <TotalMark levels={levels} figure="wait" /> },
    { id: 'service', value: percent(q.service_level, lang) ?? none, mark: <TotalMark levels={levels} figure="service" /> },
    { id: 'staff', value: `${String(q.available)} / ${String(q.staffed)}` },
    { id: 'active', value: String(q.active) },
    { id: 'abandonment', value: percent(q.abandonment, lang) ?? none, under: t('n', { count: q.answered + q.abandoned }) },
    {
      id: 'first',
      value: q.first_response.median === null ? none : clockText(q.first_response.median, lang),
      under: `${t('p90')} ${q.first_response.p90 === null ? none : clockText(q.first_response.p90, lang)}`,
    },
    { id: 'csat', value: percent(q.csat.share, lang) ?? none, under: t('n', { count: q.csat.n }) },
  ];
  return (
    <section className={classes.totals} aria-labelledby="board-totals">
      <h2 id="board-totals" className={classes.totalsTitle}>{t('totals')}</h2>
      <dl className={classes.totalsRow}>
        {figures.map((f) => (
          <div key={f.id} title={t(`explain.${f.id}`)}>
            <dt className={classes.label}>{t(`figure.${f.id}`)}</dt>
            <dd className={classes.totalsFigure}>
              {f.value}
              {f.mark ?? <span className={classes.under}>{f.under || '\u00A0'}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
