import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconCircleCheck, IconMinus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './board.module.css';
import type { Level } from './status';

const icons = { none: IconMinus, ok: IconCircleCheck, near: IconAlertTriangleFilled, breach: IconAlertOctagonFilled };

/** A level as icon and word, never colour alone; with the target it is measured by. */
export function StatusMark({ level, word, target }: { level: Level; word?: string; target?: string }) {
  const { t } = useTranslation('board');
  const Icon = icons[level];
  const text = word ?? t(`level.${level}`);
  return (
    <span className={classes.mark} data-level={level}>
      <span className={classes.markWord}>
        <Icon className={classes.markIcon} aria-hidden /> <span>{text}</span>
      </span>
      {target ? <span className={classes.markTarget}>{target}</span> : null}
    </span>
  );
}
