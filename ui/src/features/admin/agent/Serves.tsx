import { useTranslation } from 'react-i18next';
import classes from '../admin.module.css';
import { serves } from '../agentForm';
import { useNames } from '../names';
import { Tag } from '../Tag';
import type { Queue } from '../types';
import './words';

/** Which queues somebody with these skills serves, and what keeps them from the others. */
export function Serves({ skills, queues, enabled }: { skills: Readonly<Record<string, number>>; queues: readonly Queue[]; enabled: boolean }) {
  const { t } = useTranslation('agentForm');
  const names = useNames();
  if (queues.length === 0) return null;
  if (!enabled) return <p className={classes.help}>{t('disabledServes')}</p>;
  const all = serves(skills, queues);
  const yes = all.filter((q) => q.lacks.length === 0);
  const no = all.filter((q) => q.lacks.length > 0);
  return (
    <div className={classes.serves} role="status" data-testid="serves">
      {yes.length === 0 ? <span className={classes.soft}>{t('servesNone')}</span> : (
        <span className={classes.chips}>{t('serves')} {yes.map((q) => <Tag key={q.queue.id} kind="good">{q.queue.name}</Tag>)}</span>
      )}
      {no.length > 0 ? (
        <span className={classes.chips}>
          {t('notServes')} {no.map((q) => <Tag key={q.queue.id} kind="off">{t('lacks', { queue: q.queue.name, skills: q.lacks.map((r) => `${names.skill(r.skill_id)} ≥ ${String(r.level)}`).join(', ') })}</Tag>)}
        </span>
      ) : null}
    </div>
  );
}
