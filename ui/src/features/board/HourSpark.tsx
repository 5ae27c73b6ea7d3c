import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './board.module.css';
import { Sparkline } from './Sparkline';
import type { BoardQueue } from './types';

/** How many waited in each of the last 60 minutes. */
export const HourSpark = memo(function HourSpark({ queue }: { queue: BoardQueue }) {
  const { t } = useTranslation('board');
  const waiting = queue.hour.map((m) => m.waiting);
  const max = Math.max(0, ...waiting);
  return (
    <div className={classes.sparkBox}>
      <Sparkline values={waiting} label={t('spark.waiting', { max, now: queue.waiting })} />
      <span className={classes.sparkNote} aria-hidden>
        <span>{t('spark.hour')}</span>
        <span>{t('spark.most', { max })}</span>
      </span>
    </div>
  );
});
