import { IconUsers } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './rings.module.css';
import { joined, type Reach } from './story';

/** How many could take a customer at a moment, and who is new then. */
export function Headcount({ reach, first = false }: { reach: Reach | undefined; first?: boolean }) {
  const { t, i18n } = useTranslation('rings');
  if (!reach) return null;
  const more = reach.new - reach.names.length;
  const names = more > 0 ? t('andMore', { names: reach.names.join(', '), count: more }) : joined(reach.names, i18n.language);
  return (
    <span className={classes.count} data-empty={reach.people === 0 || undefined}>
      <IconUsers size={14} aria-hidden />
      {reach.people === 0 ? t('nobody') : t('people', { count: reach.people })}
      {!first && reach.new > 0 ? <span className={classes.plus} title={names}>{t('plus', { count: reach.new })}<span className="p-hidden"> {t('newcomers', { names })}</span></span> : null}
      {reach.people > 0 ? <span className={classes.soft}>{t('online', { count: reach.online })}</span> : null}
    </span>
  );
}
