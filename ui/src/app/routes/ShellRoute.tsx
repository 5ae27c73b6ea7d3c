import { Session } from '../Session';
import { Shell } from '../Shell';
import { ShellSkeleton } from '../ShellSkeleton';

export function ShellRoute() {
  return (
    <Session skeleton={<ShellSkeleton />}>
      <Shell />
    </Session>
  );
}
