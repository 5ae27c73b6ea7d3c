import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconChartBar, IconDownload, IconPlayerTrackPrev } from '@tabler/icons-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { wordsOf } from '@/api/client';
import type { Channel } from '@/api/types';
import { channelName } from '@/ui/channels';
import { Delayed } from '@/ui/Delayed';
import { EmptyState } from '@/ui/EmptyState';
import { ErrorNote } from '@/ui/ErrorNote';
import { downloadCSV, toCSV } from './csv';
import { FactsDrawer, type Drill } from './FactsDrawer';
import { DimensionControl, FilterBar } from './Filters';
import { dayText } from './format';
import { Kpis } from './Kpis';
import { columnSetNames, columnSets, measure, sortRows, type ColumnSet } from './measures';
import { dayIn, readFilters, writeFilters, type Filters } from './range';
import { ReportTable, type NamedRow, type Sort } from './ReportTable';
import classes from './reports.module.css';
import { exportTable, type Translate } from './table';
import type { Report, ReportPage } from './types';
import { scopeOf, scopeOfRow, useReport, useReportZone } from './useReport';
import './words';

const ReportCharts = lazy(() => import('./ReportCharts'));

/** What was measured over a range of days, and what each figure came from. */
export default function ReportsPage() {
  const { t } = useTranslation('reports');
  const [params, setParams] = useSearchParams();
  const today = dayIn(useReportZone(), new Date());
  const filters = readFilters(params, today);
  const live = filters.to >= today;
  const report = useReport(filters, live);
  const change = (next: Partial<Filters>) => {
    // Custom begins with the days that are on screen.
    setParams((old) => writeFilters(old, { ...filters, ...next }));
  };
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1 className={classes.title}>{t('title')}</h1>
        {report.data?.zone ? <span className={classes.soft}>{t('zone', { zone: report.data.zone })}</span> : null}
        <Button component={Link} to="/reports/replay" size="xs" variant="default" ms="auto" leftSection={<IconPlayerTrackPrev size={15} aria-hidden />}>{t('replay')}</Button>
      </header>
      <FilterBar filters={filters} today={today} onChange={change} />
      {report.data ? (
        <Loaded page={report.data} live={live} filters={filters} old={report.isPlaceholderData} params={params} onChange={change}
          onShow={(show) => setParams((now) => { const next = new URLSearchParams(now); next.set('show', show); return next; })} />
      ) : report.error ? (
        <ErrorNote words={wordsOf(report.error)} onRetry={() => void report.refetch()} />
      ) : (
        <Delayed><div className={classes.kpis}>{[1, 2, 3, 4].map((n) => <Skeleton key={n} h={116} />)}</div></Delayed>
      )}
    </main>
  );
}

interface LoadedProps {
  page: ReportPage;
  /** The range reaches to today. */
  live: boolean;
  filters: Filters;
  /** The figures are still those of the filters before. */
  old: boolean;
  params: URLSearchParams;
  onChange: (next: Partial<Filters>) => void;
  onShow: (show: string) => void;
}

function Loaded({ page, live, filters, old, params, onChange, onShow }: LoadedProps) {
  const { t, i18n } = useTranslation('reports');
  const lang = i18n.language;
  const [sort, setSort] = useState<Sort | null>(null);
  const [drill, setDrill] = useState<Drill | null>(null);
  const show = columnSetNames.find((s) => s === params.get('show')) ?? 'overview';
  const rows = useMemo(() => nameRows(page.rows, filters.by, sort, t as Translate, lang), [page.rows, filters.by, sort, t, lang]);
  const total: NamedRow = { key: '', label: t('total'), report: page.total };
  const open = (id: string, row: NamedRow) => {
    const facts = measure(id).facts;
    const scope = row === total || row.key === '' ? scopeOf(filters) : scopeOfRow(filters, row.key);
    if (facts && scope) setDrill({ title: t('facts.title', { measure: t(`measure.${id}`), row: row.label }), facts, scope });
  };
  if (isEmpty(page.total, live)) {
    return (
      <EmptyState icon={<IconChartBar size={28} />} title={t('empty.title')} text={t('empty.text')}
        action={filters.range === '30d' ? null : <Button variant="default" onClick={() => onChange({ range: '30d' })}>{t('empty.widen')}</Button>} />
    );
  }
  return (
    <div className={classes.body} data-old={old || undefined} aria-busy={old}>
      <Kpis page={page} onDrill={(id) => open(id, total)} />
      <div className={classes.toolbar}>
        <DimensionControl value={filters.by} onChange={(by) => { setSort(null); onChange({ by }); }} />
      </div>
      <Suspense fallback={<div className={classes.charts}><Skeleton h={290} /><Skeleton h={290} /></div>}>
        <ReportCharts days={page.days} rows={rows} dimension={filters.by} />
      </Suspense>
      <div className={classes.toolbar}>
        <div className={classes.scroller}>
          <SegmentedControl size="xs" aria-label={t('set.label')} value={show} onChange={onShow}
            data={columnSetNames.map((s) => ({ value: s, label: t(`set.${s}`) }))} />
        </div>
        <Button size="xs" variant="default" ms="auto" leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => save(page, filters, show, rows, total, t as Translate)}>
          {t('export')}
        </Button>
      </div>
      <ReportTable first={t(`by.${filters.by}`)} caption={t('table.caption', { dimension: t(`by.${filters.by}`).toLowerCase() })}
        columns={columnSets[show]} rows={rows} total={total} definitions={page.definitions} sort={sort} onSort={setSort}
        opens={(row) => scopeOfRow(filters, row.key) !== null} onOpen={open} />
      <p className={classes.note}>
        {t('table.note')} {filters.by === 'agent' ? t('agentNote') : null}
      </p>
      <FactsDrawer drill={drill} zone={page.zone} onClose={() => setDrill(null)} />
    </div>
  );
}

// Who is unanswered now belongs to no range: it alone fills no report of the past.
function isEmpty(r: Report, live: boolean): boolean {
  return r.started + r.answered + r.abandoned + r.abandoned_short + r.expired + r.first_response.n + r.handle.n + r.csat.sent + r.csat.n + r.resolved + (live ? r.unanswered : 0) === 0;
}

function labelOf(r: Report, by: Filters['by'], t: Translate, language: string): string {
  if (by === 'day') return dayText(r.key, language);
  if (by === 'channel') return channelName[r.key as Channel] ?? (r.label || t('unnamed.channel'));
  return r.label || t(`unnamed.${by}`);
}

function nameRows(rows: readonly Report[], by: Filters['by'], sort: Sort | null, t: Translate, language: string): NamedRow[] {
  const sorted = sort === null ? rows : sortRows(rows, measure(sort.id), sort.down);
  return sorted.map((r) => ({ key: r.key, label: labelOf(r, by, t, language), report: r }));
}

function save(page: ReportPage, f: Filters, show: ColumnSet, rows: readonly NamedRow[], total: NamedRow, t: Translate): void {
  const out = exportTable(t(`by.${f.by}`), columnSets[show], [...rows, total], t);
  downloadCSV(`parley-${show}-by-${f.by}-${page.from}-${page.to}.csv`, toCSV(out.header, out.rows));
}
