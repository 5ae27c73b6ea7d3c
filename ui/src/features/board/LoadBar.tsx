import { useTranslation } from 'react-i18next';
import classes from './board.module.css';

/** How much of an agent's capacity is in use. */
export function LoadBar({ load, capacity }: { load: number; capacity: number }) {
  const { t } = useTranslation('board');
  const share = capacity > 0 ? Math.min(1, load / capacity) : load > 0 ? 1 : 0;
  return (
    <span
      className={classes.load}
      role="meter"
      aria-valuemin={0}
      aria-valuemax={Math.max(capacity, load)}
      aria-valuenow={load}
      aria-label={t('drawer.load')}
      aria-valuetext={t('load', { load, capacity })}
      data-full={load >= capacity || undefined}
    >
      <span className={classes.loadFill} style={{ inlineSize: `${String(Math.round(share * 100))}%` }} />
    </span>
  );
}
