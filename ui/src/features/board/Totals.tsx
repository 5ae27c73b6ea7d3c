import { useTranslation } from 'react-i18next';
import type { QueueLevels } from './boardStore';
import classes from './board.module.css';
import { clockText, percent } from './format';
import { Longest, type Clock } from './Longest';
import { StatusMark } from './StatusMark';
import type { BoardQueue } from './types';

/** All queues together, in one band. Its marks are those of the worst queue: each has a target of its own. */
export function Totals({ totals: q, levels, clock }: { totals: BoardQueue; levels: QueueLevels; clock: Clock }) {
  const { t, i18n } = useTranslation('board');
  const lang = i18n.language;
  const none = t('none');
  const figures = [
    { id: 'waiting', value: String(q.waiting), under: q.overdue > 0 ? `${t('figure.overdue')} ${String(q.overdue)}` : '' },
    { id: 'longest', value: <Longest queue={q} clock={clock} />, mark: <StatusMark level={levels.wait} /> },
    { id: 'service', value: percent(q.service_level, lang) ?? none, mark: <StatusMark level={levels.service} /> },
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
