import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './board.module.css';
import { timeOfDay } from './format';

/** Over figures that no longer change: nobody may take history for now. */
export function StaleVeil({ at }: { at: number }) {
  const { t } = useTranslation('board');
  return (
    <div className={classes.veil} role="alert">
      <div className={classes.veilCard}>
        <IconPlugConnectedX size={22} aria-hidden />
        <div>
          <b>{t('stale.title')}</b>
          <p>{t('stale.text', { time: timeOfDay(at) })}</p>
        </div>
      </div>
    </div>
  );
}
