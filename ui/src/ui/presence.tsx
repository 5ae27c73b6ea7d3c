import type { Presence } from '@/api/types';
import classes from './presence.module.css';

/** Shape as well as colour: a full dot, a bar, a half, a ring. */
export function PresenceDot({ presence, size = 10 }: { presence: Presence; size?: number }) {
  return <span className={classes.dot} data-presence={presence} style={{ width: size, height: size }} aria-hidden />;
}

export const presences: Presence[] = ['available', 'busy', 'away', 'offline'];
