import type { ReactNode } from 'react';
import classes from './CustomerPanel.module.css';

export function Section({ title, children, side }: { title: string; children: ReactNode; side?: ReactNode }) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h3>{title}</h3>
        {side}
      </div>
      {children}
    </section>
  );
}
