import { ActionIcon, Button, Input, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './admin.module.css';
import { clock, minutes, officeHours, overlap, pastMidnight, span, weekdays, type Hours, type Span } from './hours';

interface Props {
  value: Hours | null;
  onChange: (next: Hours | null) => void;
  /** Faults by path below the calendar, such as `zone` or `week.mon.0`. */
  errors: Record<string, string>;
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** The zones that the browser knows; the server checks the name again. */
function zones(also: string): string[] {
  const all = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set([also, 'UTC', ...all])].filter((z) => z !== '').sort();
}

/** When a queue is open: a week with several spans a day, and days of their own. */
export function HoursEditor({ value, onChange, errors }: Props) {
  const { t } = useTranslation('admin');
  const list = useMemo(() => zones(value?.zone ?? here), [value?.zone]);
  const top = errors[''] ?? errors['week'];
  return (
    <div>
      <SegmentedControl size="xs" aria-label={t('hours.title')} value={value === null ? 'always' : 'hours'}
        onChange={(v) => onChange(v === 'always' ? null : officeHours(here))}
        data={[{ value: 'always', label: t('hours.always') }, { value: 'hours', label: t('hours.byHours') }]} />
      {top ? <Input.Error role="alert" mt={4}>{top}</Input.Error> : null}
      {value === null ? null : (
        <div className={classes.hours}>
          <Select label={t('hours.zone')} searchable allowDeselect={false} data={list} value={value.zone} limit={200} withScrollArea={false} classNames={{ options: classes.options }}
            error={errors['zone']} onChange={(zone) => zone && onChange({ ...value, zone })} />
          {weekdays.map((day) => (
            <Day key={day} name={t(`hours.day.${day}`)} spans={value.week[day] ?? []} error={faultOf(errors, `week.${day}`)}
              onChange={(spans) => onChange({ ...value, week: { ...value.week, [day]: spans } })} />
          ))}
          <Button variant="subtle" size="xs" className={classes.startSelf}
            onClick={() => onChange({ ...value, week: { ...value.week, ...workdaysLike(value.week['mon'] ?? []) } })}>
            {t('hours.copy')}
          </Button>
          <Holidays value={value} onChange={onChange} errors={errors} />
          <p className={classes.help}>{t('hours.waitingHelp')}</p>
        </div>
      )}
    </div>
  );
}

function workdaysLike(spans: readonly Span[]): Record<string, Span[]> {
  return Object.fromEntries((['tue', 'wed', 'thu', 'fri'] as const).map((d) => [d, spans.map((s) => ({ ...s }))]));
}

function faultOf(errors: Record<string, string>, path: string): string | undefined {
  const found = Object.keys(errors).find((p) => p === path || p.startsWith(`${path}.`));
  return found === undefined ? undefined : errors[found];
}

interface DayProps {
  name: string;
  spans: readonly Span[];
  error?: string | undefined;
  onChange: (spans: Span[]) => void;
  onRemove?: () => void;
}

function Day({ name, spans, error, onChange, onRemove }: DayProps) {
  const { t } = useTranslation('admin');
  const put = (i: number, s: Span) => onChange(spans.map((old, n) => (n === i ? s : old)));
  const fault = error ?? (overlap(spans) ? t('hours.overlap') : undefined);
  const last = spans.at(-1);
  return (
    <div className={classes.day} role="group" aria-label={name}>
      <span className={classes.dayName}>{name}</span>
      <div className={classes.spans}>
        {spans.length === 0 ? <span className={classes.soft}>{t('hours.closed')}</span> : null}
        {spans.map((s, i) => (
          <SpanRow key={i} day={name} value={s} onChange={(next) => put(i, next)} onRemove={() => onChange(spans.filter((_, n) => n !== i))} />
        ))}
        {fault ? <Input.Error role="alert">{fault}</Input.Error> : null}
      </div>
      <div className={classes.dayTools}>
        <ActionIcon aria-label={t('hours.addTo', { day: name })} disabled={last !== undefined && last.to >= 1440}
          onClick={() => onChange([...spans, nextSpan(last)])}>
          <IconPlus size={16} aria-hidden />
        </ActionIcon>
        {onRemove ? (
          <ActionIcon aria-label={t('hours.removeHoliday', { day: name })} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        ) : null}
      </div>
    </div>
  );
}

/** The next opening of a day: an hour after the last, up to four hours long. */
function nextSpan(last: Span | undefined): Span {
  if (last === undefined) return { from: 540, to: 1080 };
  const from = Math.min(last.to + 60, 1439);
  return { from, to: Math.max(from + 1, Math.min(from + 240, 1440)) };
}

function SpanRow({ day, value, onChange, onRemove }: { day: string; value: Span; onChange: (s: Span) => void; onRemove: () => void }) {
  const { t } = useTranslation('admin');
  const [from, to] = [clock(value.from), clock(value.to)];
  const set = (a: string, b: string) => {
    const [x, y] = [minutes(a), minutes(b)];
    if (x !== null && y !== null) onChange(span(x, y));
  };
  return (
    <div className={classes.span}>
      <input type="time" className={classes.time} aria-label={t('hours.from', { day })} value={from} onChange={(e) => set(e.currentTarget.value, to)} />
      <span aria-hidden>–</span>
      <input type="time" className={classes.time} aria-label={t('hours.to', { day })} value={to} onChange={(e) => set(from, e.currentTarget.value)} />
      {value.to - value.from === 1440 && value.from === 0 ? (
        <span className={classes.soft}>{t('hours.whole')}</span>
      ) : pastMidnight(value) ? (
        <span className={classes.soft}>{t('hours.next')}</span>
      ) : null}
      <ActionIcon aria-label={t('hours.removeFrom', { from, to, day })} onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function Holidays({ value, onChange, errors }: { value: Hours; onChange: (h: Hours) => void; errors: Record<string, string> }) {
  const { t, i18n } = useTranslation('admin');
  const [date, setDate] = useState('');
  const days = Object.keys(value.holidays).sort();
  const format = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeZone: 'UTC' });
  const put = (day: string, spans: Span[]) => onChange({ ...value, holidays: { ...value.holidays, [day]: spans } });
  const drop = (day: string) => onChange({ ...value, holidays: Object.fromEntries(Object.entries(value.holidays).filter(([d]) => d !== day)) });
  return (
    <div className={classes.holidays}>
      <h4 className={classes.subTitle}>{t('hours.holidays')}</h4>
      <p className={classes.help}>{t('hours.holidaysHelp')}</p>
      {errors['holidays'] ? <Input.Error role="alert">{errors['holidays']}</Input.Error> : null}
      {days.map((day) => (
        <Day key={day} name={format.format(new Date(`${day}T00:00:00Z`))} spans={value.holidays[day] ?? []}
          error={faultOf(errors, `holidays.${day}`)} onChange={(spans) => put(day, spans)} onRemove={() => drop(day)} />
      ))}
      <div className={classes.addDay}>
        <TextInput type="date" size="xs" aria-label={t('hours.date')} value={date} onChange={(e) => setDate(e.currentTarget.value)} />
        <Button size="xs" variant="default" disabled={date === '' || date in value.holidays}
          onClick={() => {
            put(date, []);
            setDate('');
          }}>
          {t('hours.addHoliday')}
        </Button>
      </div>
    </div>
  );
}
