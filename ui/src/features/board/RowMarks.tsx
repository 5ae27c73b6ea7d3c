import { IconAlertTriangle, IconClock, IconMail, IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { upcoming } from '@/ui/time';
import classes from './board.module.css';
import type { Conversation } from './types';

/** What a supervisor should know of somebody in line before acting. */
export function RowMarks({ conversation: c, waits }: { conversation: Conversation; waits: boolean }) {
  const { t } = useTranslation('board');
  return (
    <>
      {c.priority === 0 ? null : <span className={classes.chip}>{t('row.priority', { sign: c.priority > 0 ? '+' : '−', count: Math.abs(c.priority) })}</span>}
      {waits && c.opens_at && <span className={classes.chip}><IconClock size={13} aria-hidden /> {t('row.opens', { time: upcoming(c.opens_at) })}</span>}
      {c.declines > 0 && (
        <span className={classes.chip} data-warn={c.unwanted || undefined}>
          {c.unwanted && <IconAlertTriangle size={13} aria-hidden />} {t('row.declines', { count: c.declines })}
        </span>
      )}
      {c.instead === 'message' && <span className={classes.chip}><IconMail size={13} aria-hidden /> {t('row.message')}</span>}
      {c.instead === 'callback' && <span className={classes.chip} dir="auto"><IconPhone size={13} aria-hidden /> {t('row.callback', { to: c.callback_to ?? '' })}</span>}
    </>
  );
}
