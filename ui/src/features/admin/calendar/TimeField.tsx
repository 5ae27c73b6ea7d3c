import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './calendar.module.css';
import { clock, minutes } from './hours';

interface Props {
  label: string;
  /** Minutes after midnight; past 1440 it is the next day. */
  value: number;
  onChange: (minutes: number) => void;
  /** It ends a span: midnight is written 24:00. */
  end?: boolean;
}

const shown = (m: number, end: boolean) => (end && m === 1440 ? '24:00' : clock(m));

/**
 * A time of day, written as people write it. Arrow keys move it by a quarter of
 * an hour, with Shift by an hour. The browser's own field shows 12 or 24 hours
 * as it likes; opening times should read the same for everybody.
 */
export function TimeField({ label, value, onChange, end = false }: Props) {
  const { t } = useTranslation('calendar');
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && minutes(typed) === null;
  const commit = () => {
    const m = typed === null ? null : minutes(typed);
    if (m === null) return;
    setTyped(null);
    if (m % 1440 !== value % 1440 || m !== value) onChange(m);
  };
  const id = useId();
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key === 'Enter') {
      e.preventDefault();
      commit();
    }
    if (e.key === 'Escape' && typed !== null) {
      e.stopPropagation();
      setTyped(null);
    }
    const step = e.key === 'ArrowUp' ? 1 : e.key === 'ArrowDown' ? -1 : 0;
    if (step === 0) return;
    e.preventDefault();
    const from = (typed === null ? null : minutes(typed)) ?? value;
    setTyped(null);
    onChange((Math.round(from / 15) * 15 + step * (e.shiftKey ? 60 : 15) + 1440) % 1440);
  };
  // What cannot be read keeps the form around it from being saved (data-unread).
  return (
    <>
      <input className={classes.time} inputMode="numeric" autoComplete="off" maxLength={8} aria-label={label} aria-invalid={wrong || undefined} aria-describedby={wrong ? id : undefined} data-unread={wrong || undefined}
        value={typed ?? shown(value, end)} onFocus={(e) => e.currentTarget.select()} onChange={(e) => setTyped(e.currentTarget.value)} onBlur={commit} onKeyDown={onKeyDown} />
      {wrong ? <span id={id} className={classes.unread} role="alert">{t('badTime')}</span> : null}
    </>
  );
}
