import { IconAlertTriangle } from '@tabler/icons-react';
import classes from './rings.module.css';

/** What is allowed and most likely not meant. */
export function Hint({ words }: { words: string | undefined }) {
  if (!words) return null;
  return (
    <p className={classes.hint} role="note">
      <IconAlertTriangle size={14} aria-hidden /> <span dir="auto">{words}</span>
    </p>
  );
}
