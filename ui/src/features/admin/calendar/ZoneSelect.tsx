import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/ui/time';
import classes from './calendar.module.css';
import { offsetOf, timeIn, zoneName, zones } from './zones';

/** A time zone by its place, with the time there now. */
export function ZoneSelect({ value, onChange, error }: { value: string; onChange: (zone: string) => void; error: string | undefined }) {
  const { t } = useTranslation('calendar');
  const now = useNow(60);
  const list = useMemo(() => zones(value).map((z) => ({ value: z, label: zoneName(z) })), [value]);
  return (
    <Select label={t('zone')} searchable allowDeselect={false} data={list} value={value} limit={80} nothingFoundMessage={t('zoneNone')} withScrollArea={false} classNames={{ options: classes.options }}
      error={error} onChange={(zone) => zone && onChange(zone)} maw={380} comboboxProps={{ zIndex: 400 }} selectFirstOptionOnChange
      renderOption={({ option }) => (
        <span className={classes.zone}>
          <span>{option.label}</span>
          <span className={classes.soft}>{timeIn(option.value, now, undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })} · {offsetOf(option.value, now)}</span>
        </span>
      )} />
  );
}
