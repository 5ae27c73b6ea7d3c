import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, client } from '@/api/client';
import type { components } from '@/api/schema';
import { useNow } from '@/ui/time';
import classes from './calendar.module.css';
import { dateIn, spanWords, weeklyMinutes, writeHours, type Hours } from './hours';
import { here, timeIn, zoneName } from './zones';

type Preview = components['schemas']['CalendarPreview'];

/** What the server makes of a calendar: now, and the next two weeks. */
export function Now({ value, whose }: { value: Hours; whose: 'queue' | 'agent' }) {
  const { t } = useTranslation('calendar');
  const minute = useNow(60);
  const [settled] = useDebouncedValue(JSON.stringify(writeHours(value)), 250);
  const { data } = useQuery({
    queryKey: ['calendars', 'preview', settled, minute],
    queryFn: ({ signal }) => call(client.POST('/calendars/preview', { body: { hours: JSON.parse(settled) as Hours }, signal })),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    retry: false,
  });
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const there = timeIn(value.zone, minute, undefined, { weekday: 'long', ...time });
  const mine = timeIn(here, minute, undefined, { weekday: 'long', ...time });
  return (
    <div className={classes.now} data-open={data?.open || undefined} data-known={data ? true : undefined}>
      <div className={classes.nowText}>
        <p className={classes.nowWords} role="status" data-testid="now">
          <span className={classes.lamp} aria-hidden />
          {data ? nowWords(data) : t('now.unknown')}
        </p>
        <p className={classes.soft}>
          {t('now.clock', { there, zone: zoneName(value.zone, true) })}{there !== mine ? `, ${t('now.here', { here: mine })}` : ''} · {t('now.weekly', { count: Math.round(weeklyMinutes(value.week) / 6) / 10 })}
        </p>
      </div>
      {data ? <Weeks days={data.days} /> : null}
    </div>
  );

  function nowWords(p: Preview): string {
    const open = p.open ? (whose === 'queue' ? 'open' : 'working') : whose === 'queue' ? 'closed' : 'off';
    if (!p.change) return t(p.open ? (whose === 'queue' ? 'now.openOn' : 'now.workingOn') : whose === 'queue' ? 'now.never' : 'now.offOn');
    const at = Date.parse(p.change);
    const clock = timeIn(value.zone, at, undefined, time);
    const days = Math.round((Date.parse(dateIn(value.zone, at)) - Date.parse(dateIn(value.zone, Date.parse(p.now)))) / 86_400_000);
    const day = timeIn(value.zone, at, undefined, days < 7 ? { weekday: 'long' } : { weekday: 'short', day: 'numeric', month: 'long' });
    const when = days === 0 ? t('now.today', { time: clock }) : days === 1 ? t('now.tomorrow', { time: clock }) : t('now.later', { day, time: clock });
    return t(`now.${open}`, { when });
  }
}

/** Two weeks as columns, a day each, and the special ones in words. */
function Weeks({ days }: { days: Preview['days'] }) {
  const { t } = useTranslation('calendar');
  const on = (date: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
  const hoursOf = (d: Preview['days'][number]) => (d.spans?.length ? d.spans.map(spanWords).join(', ') : t('now.closedDay'));
  const special = days?.filter((d) => d.special) ?? [];
  return (
    <div className={classes.weeks}>
      <ol className={classes.columns} aria-label={t('now.weeks')}>
        {days?.map((d) => (
          <li key={d.date} data-special={d.special || undefined} title={`${on(d.date, { weekday: 'long', day: 'numeric', month: 'long' })}${d.name ? `, ${d.name}` : ''}: ${hoursOf(d)}`}>
            <span className={classes.letter} aria-hidden>{on(d.date, { weekday: 'narrow' })}</span>
            <span className={classes.column} aria-hidden>
              {d.spans?.map((s, i) => <span key={i} style={{ insetBlockStart: `${String((s.from / 1440) * 100)}%`, blockSize: `${String(((Math.min(1440, s.to) - s.from) / 1440) * 100)}%` }} />)}
            </span>
            <span className={classes.number} aria-hidden>{Number(d.date.slice(8))}</span>
            <span className="p-hidden">{`${on(d.date, { weekday: 'long', day: 'numeric', month: 'long' })}${d.name ? `, ${d.name}` : ''}: ${hoursOf(d)}`}</span>
          </li>
        ))}
      </ol>
      {special.length > 0 ? (
        <p className={classes.special}>
          {special.map((d) => t('now.special', { day: on(d.date, { weekday: 'short', day: 'numeric', month: 'short' }), name: d.name || (d.spans?.length ? t('now.ownHours') : ''), hours: hoursOf(d) }).replace(': , ', ': ')).join(' · ')}
        </p>
      ) : null}
    </div>
  );
}
