import { Button, Select, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFilterOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { channelName } from '@/ui/channels';
import { dimensions, isDay, ranges, type Dimension, type Filters, type Range } from './range';
import classes from './reports.module.css';

interface Props {
  filters: Filters;
  today: string;
  onChange: (next: Partial<Filters>) => void;
}

/** Range, rows and filters; all of it stands in the URL. */
export function FilterBar({ filters: f, today, onChange }: Props) {
  const { t } = useTranslation('reports');
  const queues = useQuery({ queryKey: keys.queues, queryFn: () => call(client.GET('/queues')) });
  const agents = useQuery({ queryKey: keys.agents, queryFn: () => call(client.GET('/agents')) });
  const filtered = f.queue !== '' || f.channel !== '' || f.agent !== '';
  const day = (which: 'from' | 'to') => (
    <TextInput type="date" size="xs" aria-label={t(`range.${which}`)} max={today} value={f[which]}
      onChange={(e) => {
        if (isDay(e.currentTarget.value)) onChange({ [which]: e.currentTarget.value });
      }} />
  );
  return (
    <search className={classes.filters} aria-label={t('filter.label')}>
      <div className={classes.filterRow}>
        <SegmentedControl size="xs" aria-label={t('range.label')} value={f.range} onChange={(range) => onChange({ range: range as Range })}
          data={ranges.map((r) => ({ value: r, label: t(`range.${r}`) }))} />
        {f.range === 'custom' ? (
          <div className={classes.dates}>
            {day('from')}
            <span aria-hidden>–</span>
            {day('to')}
          </div>
        ) : null}
      </div>
      <div className={classes.filterRow}>
        <Select size="xs" aria-label={t('filter.queue')} placeholder={t('filter.anyQueue')} clearable searchable withScrollArea={false} classNames={{ options: classes.options }} value={f.queue || null}
          onChange={(v) => onChange({ queue: v ?? '' })} data={(queues.data?.items ?? []).map((q) => ({ value: q.id, label: q.name }))} />
        <Select size="xs" aria-label={t('filter.channel')} placeholder={t('filter.anyChannel')} clearable value={f.channel || null}
          onChange={(v) => onChange({ channel: v ?? '' })} data={Object.entries(channelName).map(([value, label]) => ({ value, label }))} />
        <Select size="xs" aria-label={t('filter.agent')} placeholder={t('filter.anyAgent')} clearable searchable withScrollArea={false} classNames={{ options: classes.options }} value={f.agent || null}
          onChange={(v) => onChange({ agent: v ?? '' })} data={(agents.data?.items ?? []).map((a) => ({ value: a.id, label: a.name }))} />
        {filtered ? (
          <Button size="xs" variant="subtle" color="gray" leftSection={<IconFilterOff size={15} aria-hidden />}
            onClick={() => onChange({ queue: '', channel: '', agent: '' })}>
            {t('filter.clear')}
          </Button>
        ) : null}
      </div>
    </search>
  );
}

export function DimensionControl({ value, onChange }: { value: Dimension; onChange: (by: Dimension) => void }) {
  const { t } = useTranslation('reports');
  return (
    <SegmentedControl size="xs" aria-label={t('by.label')} value={value} onChange={(by) => onChange(by as Dimension)}
      data={dimensions.map((d) => ({ value: d, label: t(`by.${d}`) }))} />
  );
}
