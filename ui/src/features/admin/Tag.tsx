import type { ReactNode } from 'react';
import classes from './admin.module.css';

/** A short word about a state; a dashed edge is a wish. */
export function Tag({ kind, children }: { kind: 'good' | 'bad' | 'off' | 'wish'; children: ReactNode }) {
  return <span className={classes.tag} data-kind={kind} dir="auto">{children}</span>;
}
