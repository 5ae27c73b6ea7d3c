import WallboardPage from '@/features/board/WallboardPage';
import { Session } from '../Session';

/** The wall has no rail, but the same session and socket. */
export function WallboardRoute() {
  return (
    <Session>
      <WallboardPage />
    </Session>
  );
}
