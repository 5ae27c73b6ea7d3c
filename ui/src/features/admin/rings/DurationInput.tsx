import { Input, NativeSelect, NumberInput } from '@mantine/core';
import '@mantine/core/styles/NumberInput.layer.css';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Typed } from '../queueForm';
import { inUnit, toSeconds, unitOf, units, type Unit } from './duration';
import classes from './rings.module.css';
import './words';

interface Props {
  label: string;
  /** The label is for screen readers only. */
  bare?: boolean;
  unitLabel?: string;
  description?: ReactNode;
  /** Seconds; empty text while nothing is written. */
  value: Typed;
  onChange: (seconds: Typed) => void;
  max?: number;
  error?: ReactNode;
  /** Units to choose from. */
  in?: readonly Unit[];
}

/** A time as people say it, a number and its unit; kept in seconds. */
export function DurationInput({ label, bare = false, unitLabel, description, value, onChange, max, error, in: offered = units }: Props) {
  const { t } = useTranslation('rings');
  const id = useId();
  const [unit, setUnit] = useState<Unit>(() => fitting(unitOf(Number(value)), offered));
  const [typed, setTyped] = useState<Typed>(value === '' ? '' : inUnit(Number(value), unit));
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    const written = typed === '' ? '' : toSeconds(Number(typed), unit);
    if (written !== value) {
      const next = fitting(value === '' ? unit : unitOf(Number(value)), offered);
      setUnit(next);
      setTyped(value === '' ? '' : inUnit(Number(value), next));
    }
  }
  const put = (n: Typed, u: Unit) => {
    const next = n === '' || Number.isNaN(Number(n)) ? '' : toSeconds(Number(n), u);
    setSeen(next);
    onChange(next);
  };
  const field = (
    <div className={classes.duration}>
      <NumberInput id={id} aria-label={bare ? label : undefined} hideControls min={0} {...(max === undefined ? {} : { max: inUnit(max, unit) })} decimalScale={2} value={typed} error={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onChange={(n) => {
          setTyped(n);
          put(n, unit);
        }} />
      <NativeSelect aria-label={unitLabel ?? `${label}: ${t('unitOf')}`} value={unit}
        onChange={(e) => {
          const next = e.currentTarget.value as Unit;
          setUnit(next);
          put(typed, next);
        }}
        data={offered.map((u) => ({ value: u, label: t(`unit.${u}`) }))} />
    </div>
  );
  return (
    <Input.Wrapper {...(bare ? {} : { label, labelProps: { htmlFor: id } })} description={description} error={error} errorProps={{ id: `${id}-error`, role: 'alert' }}>
      {field}
    </Input.Wrapper>
  );
}

const fitting = (u: Unit, offered: readonly Unit[]): Unit => (offered.includes(u) ? u : (offered[0] ?? u));
