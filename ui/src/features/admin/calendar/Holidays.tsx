import { Button, Input, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/ui/time';
import { faultOf } from '../problem';
import classes from './calendar.module.css';
import { DayRow } from './DayRow';
import { dateIn, datesFrom, overlap, type Hours, type Span } from './hours';

interface Props {
  value: Hours;
  onChange: (h: Hours) => void;
  errors: Record<string, string>;
}

/** Days with hours of their own, by date; those that are over are folded away. */
export function Holidays({ value, onChange, errors }: Props) {
  const { t } = useTranslation('calendar');
  const today = dateIn(value.zone, useNow(60));
  const days = Object.keys(value.holidays).sort();
  const past = days.filter((d) => d < today);
  const coming = days.filter((d) => d >= today);
  const format = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const put = (day: string, spans: Span[]) => onChange({ ...value, holidays: { ...value.holidays, [day]: spans } });
  const drop = (gone: readonly string[]) => {
    const keep = <T,>(all: Record<string, T>) => Object.fromEntries(Object.entries(all).filter(([d]) => !gone.includes(d)));
    onChange({ ...value, holidays: keep(value.holidays), names: keep(value.names ?? {}) });
  };
  const row = (day: string) => {
    const date = format.format(new Date(`${day}T00:00:00Z`));
    const spans = value.holidays[day] ?? [];
    return (
      <DayRow key={day} name={date} spans={spans} error={faultOf(errors, `holidays.${day}`) ?? (overlap(spans) ? t('overlap') : undefined)} onChange={(s) => put(day, s)} onRemove={() => drop([day])}
        head={
          <>
            <span className={classes.date}>{date}</span>
            <TextInput size="xs" maxLength={60} aria-label={t('nameOf', { day: date })} placeholder={t('name')} value={value.names?.[day] ?? ''}
              onChange={(e) => onChange({ ...value, names: { ...value.names, [day]: e.currentTarget.value } })} />
          </>
        } />
    );
  };
  return (
    <section className={classes.holidays} aria-label={t('holidays')}>
      <h4 className={classes.subTitle}>{t('holidays')}</h4>
      <p className={classes.help}>{t('holidaysHelp')}</p>
      {errors['holidays'] ?? errors['names'] ? <Input.Error role="alert">{errors['holidays'] ?? errors['names']}</Input.Error> : null}
      {coming.map(row)}
      <AddDays known={days} today={today}
        onAdd={(dates, name) =>
          onChange({
            ...value,
            holidays: { ...value.holidays, ...Object.fromEntries(dates.map((d) => [d, value.holidays[d] ?? []])) },
            names: { ...value.names, ...(name ? Object.fromEntries(dates.map((d) => [d, name])) : {}) },
          })
        } />
      {past.length > 0 ? (
        <details className={classes.past}>
          <summary>{t('past', { count: past.length })}</summary>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => drop(past)}>{t('dropPast')}</Button>
          {past.map(row)}
        </details>
      ) : null}
    </section>
  );
}

function AddDays({ known, today, onAdd }: { known: readonly string[]; today: string; onAdd: (dates: string[], name: string) => void }) {
  const { t } = useTranslation('calendar');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const [name, setName] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const dates = datesFrom(first, last);
  const twice = dates.length === 1 && known.includes(first);
  const add = () => {
    if (dates.length === 0 || twice) return;
    onAdd(dates, name.trim());
    setFirst('');
    setLast('');
    setName('');
    field.current?.focus();
  };
  // Enter adds the day and does not save the form around it.
  return (
    <div className={classes.addDays} role="group" aria-label={t('add')}
      onKeyDown={(e) => {
        if (e.key !== 'Enter' || e.nativeEvent.isComposing || e.target instanceof HTMLButtonElement) return;
        e.preventDefault();
        add();
      }}>
      <TextInput ref={field} type="date" size="xs" label={t('first')} min={today} value={first} error={twice ? t('known') : undefined} onChange={(e) => setFirst(e.currentTarget.value)} />
      <TextInput type="date" size="xs" label={t('last')} min={first || today} value={last} onChange={(e) => setLast(e.currentTarget.value)} />
      <TextInput size="xs" className={classes.grow} label={t('name')} placeholder={t('namePlaceholder')} maxLength={60} value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <Button size="xs" variant="default" leftSection={<IconPlus size={15} aria-hidden />} disabled={dates.length === 0 || twice} onClick={add}>{dates.length > 1 ? t('addDays', { count: dates.length }) : t('add')}</Button>
    </div>
  );
}
