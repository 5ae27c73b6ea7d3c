import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { Problem, sessionEnded, wordsOf } from '@/api/client';
import { applyChange, applyReset } from '@/api/events';
import { applyLive, clearLive, SocketProvider, tellChange } from '@/api/live';
import { meQuery } from '@/api/session';
import { ConsoleSocket } from '@/api/socket';
import { useStore } from '@/api/store';
import { Delayed } from '@/ui/Delayed';
import { ErrorNote } from '@/ui/ErrorNote';

/** Whatever is inside has somebody logged in and a socket. */
export function Session({ children, skeleton }: { children: ReactNode; skeleton?: ReactNode }) {
  const { data: me, error, refetch } = useQuery(meQuery);
  const location = useLocation();
  const ended = useSessionEnded();
  if (ended || (error instanceof Problem && error.status === 401)) {
    const next = location.pathname + location.search;
    return <Navigate to={`/login?next=${encodeURIComponent(next)}`} replace />;
  }
  if (!me) {
    if (error) return <ErrorNote words={wordsOf(error)} onRetry={() => void refetch()} page />;
    return <Delayed>{skeleton}</Delayed>;
  }
  return <WithSocket>{children}</WithSocket>;
}

// The counter only rises; what matters is whether it rose since this mounted.
function useSessionEnded(): boolean {
  const before = useMemo(() => sessionEnded.get(), []);
  return useStore(sessionEnded) > before;
}

function WithSocket({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const socket = useMemo(
    () =>
      new ConsoleSocket({
        url: `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/console/ws`,
        open: (url) => new WebSocket(url),
        onFrame: (frame) => {
          if (frame.type === 'change') {
            applyChange(frame, cache);
            tellChange(frame);
          } else if (frame.type === 'board') {
            cache.setQueryData(['board'], frame.board);
          } else {
            applyLive(frame);
          }
        },
        onReset: () => applyReset(cache),
        onEnded: () => sessionEnded.set((n) => n + 1),
      }),
    [cache],
  );
  useEffect(() => {
    socket.start();
    return () => {
      socket.stop();
      clearLive();
    };
  }, [socket]);
  return <SocketProvider value={socket}>{children}</SocketProvider>;
}
