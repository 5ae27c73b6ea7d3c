import { Button, Input, Menu, SegmentedControl } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { faultOf } from '../problem';
import classes from './calendar.module.css';
import { DayRow } from './DayRow';
import { Holidays } from './Holidays';
import { carried, clashes, dayBefore, officeHours, overlap, readHours, weekdays, type Hours, type Named, type Span, type Weekday } from './hours';
import { Now } from './Now';
import { weekWords } from './summary';
import './words';
import { here } from './zones';
import { ZoneSelect } from './ZoneSelect';

interface Props {
  /** Null: always. */
  value: Hours | null;
  onChange: (next: Hours | null) => void;
  /** Faults by path below the calendar, such as `zone` or `week.mon.0`. */
  errors: Record<string, string>;
  whose: 'queue' | 'agent';
  /** Other calendars, to begin with a copy of one. */
  others: readonly Named[];
}

/** When a queue is open, or a person works: a week, days of their own, and what that makes of now. */
export function Calendar({ value, onChange, errors, whose, others }: Props) {
  const { t } = useTranslation('calendar');
  const top = errors[''] ?? errors['week'];
  return (
    <div className={classes.calendar}>
      <div className={classes.mode}>
        <SegmentedControl size="xs" aria-label={t(`${whose}.title`)} value={value === null ? 'always' : 'hours'}
          onChange={(v) => onChange(v === 'always' ? null : officeHours(here))}
          data={[{ value: 'always', label: t(`${whose}.always`) }, { value: 'hours', label: t(`${whose}.byHours`) }]} />
        {others.length > 0 ? <Like others={others} onChoose={onChange} /> : null}
      </div>
      {top ? <Input.Error role="alert">{top}</Input.Error> : null}
      {value === null ? <p className={classes.help}>{t(`${whose}.alwaysNow`)}</p> : <Editor value={value} onChange={onChange} errors={errors} whose={whose} />}
    </div>
  );
}

function Like({ others, onChoose }: { others: Props['others']; onChoose: (h: Hours | null) => void }) {
  const { t } = useTranslation('calendar');
  return (
    <Menu position="bottom-end" zIndex={400}>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>{t('like')}</Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.likeList}>
        {others.map((o, i) => (
          <Menu.Item key={i} onClick={() => onChoose(readHours(o.hours))}>
            <span dir="auto">{o.name}</span>
            <span className={classes.likeWords}>{weekWords(o.hours, t)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Editor({ value, onChange, errors, whose }: { value: Hours; onChange: (h: Hours) => void; errors: Record<string, string>; whose: Props['whose'] }) {
  const { t } = useTranslation('calendar');
  const clash = clashes(value.week);
  const setDays = (days: readonly Weekday[], spans: readonly Span[]) =>
    onChange({ ...value, week: { ...value.week, ...Object.fromEntries(days.map((d) => [d, spans.map((s) => ({ ...s }))])) } });
  return (
    <>
      <Now value={value} whose={whose} />
      <ZoneSelect value={value.zone} error={errors['zone']} onChange={(zone) => onChange({ ...value, zone })} />
      <div className={classes.week}>
        <div className={classes.scale} aria-hidden>{[0, 6, 12, 18, 24].map((h) => <span key={h} style={{ insetInlineStart: `${String((h / 24) * 100)}%` }}>{h}</span>)}</div>
        {weekdays.map((day) => (
          <DayRow key={day} name={t(`day.${day}`)} spans={value.week[day] ?? []} before={carried(value.week[dayBefore(day)] ?? [])} beforeName={t(`short.${dayBefore(day)}`)}
            error={faultOf(errors, `week.${day}`) ?? (overlap(value.week[day] ?? []) ? t('overlap') : undefined)} hint={clash.includes(day) ? t('overlapNight', { day: t(`day.${dayBefore(day)}`) }) : undefined}
            onChange={(spans) => setDays([day], spans)}
            onCopy={(to) => setDays(to === 'work' ? weekdays.slice(0, 5) : weekdays, value.week[day] ?? [])} />
        ))}
        <p className={classes.pull}>{t('pull')}</p>
      </div>
      <Holidays value={value} onChange={onChange} errors={errors} />
      <p className={classes.help}>{t(`${whose}.help`)}</p>
    </>
  );
}
