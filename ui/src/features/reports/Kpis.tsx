import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { since, useNow } from '@/ui/time';
import { Defined, definitionOf } from './Defined';
import { durationText, figureText } from './format';
import { judged, measure } from './measures';
import classes from './reports.module.css';
import type { Report, ReportPage } from './types';

interface Props {
  page: ReportPage;
  /** Opens a figure of the total down to its facts. */
  onDrill: (measureID: string) => void;
}

/** The figures of the whole range on top of the report. */
export function Kpis({ page, onDrill }: Props) {
  const { t, i18n } = useTranslation('reports');
  const lang = i18n.language;
  const r = page.total;
  const say = (id: string) => figureText(measure(id).unit, measure(id).value(r), lang) ?? t('none');
  const drill = (id: string) => () => onDrill(id);
  const card = (id: string, main: string, notes: readonly ReactNode[], extra?: ReactNode) => {
    const title = t(`kpi.${id}`);
    return (
      <Card key={id} title={title} value={say(main)} definition={definitionOf(page.definitions, measure(main))}
        notes={notes} {...(measure(main).facts ? { onOpen: drill(main) } : {})} extra={extra} />
    );
  };
  const gone = r.abandoned;
  return (
    <section className={classes.kpis}>
      {card('first', 'frt_median', [
        `${t('kpi.median')} · ${t('kpi.p90', { value: say('frt_p90') })} · ${t('kpi.n', { count: r.first_response.n })}`,
        r.first_response.business_median === null ? null : t('kpi.business', { value: say('frt_business') }),
      ])}
      {card('service', 'service_level', [t('kpi.within', { within: r.answered_within, all: judged(r) })])}
      {card('abandonment', 'abandonment', [
        t('kpi.gone', { gone, all: r.answered + gone }),
        r.abandoned_short > 0 ? t('kpi.short', { count: r.abandoned_short }) : null,
      ])}
      {card('csat', 'csat_share', [
        r.csat.sent === 0 && r.csat.n === 0 ? t('kpi.noAnswers') : t('kpi.answers', { n: r.csat.n, sent: r.csat.sent, rate: say('csat_rate') }),
      ], r.csat.n > 0 ? <Scores scores={r.csat.scores} /> : null)}
      {card('wait', 'wait_median', [
        `${t('kpi.median')} · ${t('kpi.p90', { value: say('wait_p90') })} · ${t('kpi.mean', { value: say('wait_mean') })}`,
        r.expected.n > 0 ? t('kpi.told', { share: say('told_within'), count: r.expected.n }) : null,
      ])}
      {card('handle', 'handle_median', [`${t('kpi.median')} · ${t('kpi.p90', { value: say('handle_p90') })} · ${t('kpi.n', { count: r.handle.n })}`])}
      {card('resolved', 'resolved', [`${t('kpi.reopened', { count: r.reopened })} · ${t('kpi.started', { count: r.started })}`])}
      <Card title={t('kpi.unanswered')} value={say('unanswered')} definition={definitionOf(page.definitions, measure('unanswered'))}
        notes={[r.unanswered > 0 ? <Oldest key="oldest" report={r} /> : t('kpi.allAnswered')]} />
    </section>
  );
}

interface CardProps {
  title: string;
  value: string;
  definition: string | undefined;
  notes: readonly ReactNode[];
  onOpen?: () => void;
  extra?: ReactNode;
}

function Card({ title, value, definition, notes, onOpen, extra }: CardProps) {
  const { t } = useTranslation('reports');
  return (
    <article className={classes.kpi} aria-label={title}>
      <div className={classes.kpiHead}>
        <h2 className={classes.kpiTitle}>{title}</h2>
        <Defined title={title} text={definition} />
      </div>
      {onOpen ? (
        <UnstyledButton className={classes.kpiValue} onClick={onOpen} title={t('open', { title })}>{value}</UnstyledButton>
      ) : (
        <span className={classes.kpiValue}>{value}</span>
      )}
      {notes.filter((n) => n !== null).map((n, i) => <p key={i} className={classes.kpiNote}>{n}</p>)}
      {extra}
    </article>
  );
}

function Oldest({ report }: { report: Report }) {
  const { t, i18n } = useTranslation('reports');
  const now = useNow(10);
  if (report.oldest_unanswered === undefined) return null;
  return <>{t('kpi.oldest', { value: durationText(since(report.oldest_unanswered, now), i18n.language) })}</>;
}

const best = [5, 4, 3, 2, 1];

/** How many gave each score, best first. */
function Scores({ scores }: { scores: readonly number[] }) {
  const { t } = useTranslation('reports');
  return (
    <div className={classes.scores}>
      <div className={classes.scoreBar} aria-hidden>
        {best.map((score) => <span key={score} data-score={score} style={{ flexGrow: scores[score - 1] ?? 0 }} />)}
      </div>
      <ul aria-label={t('scores.title')}>
        {best.map((score) => (
          <li key={score} aria-label={`${t('scores.score', { score })}: ${t('scores.count', { count: scores[score - 1] ?? 0 })}`}>
            <b aria-hidden>{score}</b> <span aria-hidden>{scores[score - 1] ?? 0}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
