import rail from './Rail.module.css';
import classes from './Shell.module.css';

/** The frame, in place before anything is known. */
export function ShellSkeleton() {
  return (
    <div className={classes.shell} aria-busy="true">
      <div className={rail.rail} />
    </div>
  );
}
