import { BarChart, LineChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import '@mantine/core/styles/ColorSwatch.layer.css';
import { NativeSelect } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dayText, figureText } from './format';
import { measure, sortRows, type Unit } from './measures';
import classes from './reports.module.css';
import type { NamedRow } from './ReportTable';
import type { Report } from './types';

/** Bars beyond this many are too thin to read. */
const MOST_BARS = 15;

const barMeasures = ['answered', 'service_level', 'abandonment', 'frt_median', 'frt_p90', 'wait_median', 'csat_share', 'handle_median', 'resolved', 'unanswered'];

// Different strokes, so that lines are apart without colour.
const strokes = [
  { color: 'var(--p-accent)', dash: undefined },
  { color: 'var(--p-warn)', dash: '6 4' },
  { color: 'var(--p-bad)', dash: '2 3' },
];

/** Lines by day and bars by dimension; each can be read as a table too. */
export default function ReportCharts({ days, rows, dimension }: { days: readonly Report[]; rows: readonly NamedRow[]; dimension: string }) {
  const { t } = useTranslation('reports');
  return (
    <div className={classes.charts}>
      {days.length > 1 ? (
        <>
          <Lines title={t('chart.response')} days={days} ids={['frt_median', 'frt_p90']} />
          <Lines title={t('chart.line')} days={days} ids={['service_level', 'abandonment']} />
          <Lines title={t('chart.volume')} days={days} ids={['started', 'answered', 'abandoned']} />
        </>
      ) : null}
      {rows.length > 0 ? <Bars rows={rows} dimension={dimension} /> : null}
    </div>
  );
}

function Lines({ title, days, ids }: { title: string; days: readonly Report[]; ids: readonly string[] }) {
  const { t, i18n } = useTranslation('reports');
  const lang = i18n.language;
  const unit: Unit = measure(ids[0] ?? 'started').unit;
  const data = days.map((d) => ({ day: dayText(d.key, lang), ...Object.fromEntries(ids.map((id) => [id, measure(id).value(d) ?? null])) }));
  const say = (v: number) => figureText(unit, v, lang) ?? '';
  const one = days.filter((d) => ids.some((id) => measure(id).value(d) !== null)).length < 2;
  return (
    <Figure title={title} table={<AsTable first={t('chart.day')} ids={ids} rows={days.map((d) => ({ key: d.key, label: dayText(d.key, lang), report: d }))} />}>
      <LineChart h={230} data={data} dataKey="day" curveType="linear" connectNulls={false} withDots={one || days.length <= 14} withLegend
        tooltipAnimationDuration={0} valueFormatter={say} strokeWidth={2} yAxisProps={{ width: 58, ...(unit === 'share' ? { domain: [0, 1] } : {}) }}
        xAxisProps={{ minTickGap: 24 }} lineChartProps={{ accessibilityLayer: false }} lineProps={{ isAnimationActive: false }}
        series={ids.map((id, i) => ({
          name: id,
          label: t(`measure.${id}`),
          color: strokes[i % strokes.length]?.color ?? 'gray',
          ...(strokes[i % strokes.length]?.dash ? { strokeDasharray: strokes[i % strokes.length]?.dash } : {}),
        }))} />
    </Figure>
  );
}

function Bars({ rows, dimension }: { rows: readonly NamedRow[]; dimension: string }) {
  const { t, i18n } = useTranslation('reports');
  const [id, setID] = useState('answered');
  const m = measure(id);
  const lang = i18n.language;
  const inTime = dimension === 'day' || dimension === 'hour';
  const ranked = inTime ? [...rows] : byMeasure(rows, id);
  const drawn = inTime ? ranked : ranked.slice(0, MOST_BARS);
  const data = drawn.map((r) => ({ label: r.label, [id]: m.value(r.report) ?? null }));
  const nothing = data.every((d) => d[id] === null);
  return (
    <Figure
      title={t('chart.by', { dimension: t(`by.${dimension}`).toLowerCase() })}
      tools={<NativeSelect size="xs" aria-label={t('chart.measure')} value={id} onChange={(e) => setID(e.currentTarget.value)} data={barMeasures.map((x) => ({ value: x, label: t(`measure.${x}`) }))} />}
      table={<AsTable first={t(`by.${dimension}`)} ids={[id]} rows={ranked} />}
      note={drawn.length < ranked.length ? t('chart.cut', { count: drawn.length, all: ranked.length }) : undefined}
    >
      {nothing ? (
        <p className={classes.soft}>{t('chart.nothing')}</p>
      ) : (
        <BarChart h={inTime ? 230 : Math.max(120, 44 + drawn.length * 30)} data={data} dataKey="label" orientation={inTime ? 'horizontal' : 'vertical'}
          series={[{ name: id, label: t(`measure.${id}`), color: 'var(--p-accent)' }]} valueFormatter={(v) => figureText(m.unit, v, lang) ?? ''}
          tooltipAnimationDuration={0} gridAxis={inTime ? 'x' : 'y'} maxBarWidth={inTime ? 34 : 20} barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false, radius: 3 }} yAxisProps={{ width: inTime ? 58 : 120 }} xAxisProps={{ minTickGap: 16 }} />
      )}
    </Figure>
  );
}

function byMeasure(rows: readonly NamedRow[], id: string): NamedRow[] {
  const order = sortRows(rows.map((r) => r.report), measure(id), true);
  return [...rows].sort((a, b) => order.indexOf(a.report) - order.indexOf(b.report));
}

function Figure({ title, tools, note, table, children }: { title: string; tools?: ReactNode; note?: string | undefined; table: ReactNode; children: ReactNode }) {
  const { t } = useTranslation('reports');
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.chartHead}>
        <span className={classes.chartTitle}>{title}</span>
        {tools}
      </figcaption>
      <div aria-hidden className={classes.plot}>{children}</div>
      {note ? <p className={classes.kpiNote}>{note}</p> : null}
      <details className={classes.details}>
        <summary>{t('chart.asTable')}</summary>
        <div className={classes.detailsTable}>{table}</div>
      </details>
    </figure>
  );
}

function AsTable({ first, ids, rows }: { first: string; ids: readonly string[]; rows: readonly NamedRow[] }) {
  const { t, i18n } = useTranslation('reports');
  return (
    <table className={classes.plain}>
      <thead>
        <tr>
          <th scope="col">{first}</th>
          {ids.map((id) => <th key={id} scope="col">{t(`measure.${id}`)}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.key}>
            <th scope="row" dir="auto">{r.label}</th>
            {ids.map((id) => <td key={id}>{figureText(measure(id).unit, measure(id).value(r.report), i18n.language) ?? t('none')}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
