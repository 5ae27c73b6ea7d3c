import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { useSocket } from '@/api/live';
import { useCan } from '@/api/session';
import type { Board } from '@/api/types';
import { BoardStore, type BoardView } from './boardStore';

// One for the whole page life, so that holds survive a change between board and wall.
const store = new BoardStore();

/**
 * A feed that said nothing for this long is asked whether it lives. The server
 * sends at least every 4 s, and its timer may add one more: too late to tell a
 * quiet feed from a dead one within the 5 s that people are promised.
 */
const QUIET_MS = 3000;

/**
 * The live board: asked for once, then fed by the socket, which writes it to
 * the same place of the query cache.
 */
export function useBoard(): { view: BoardView; error: Error | null; retry: () => void } {
  const socket = useSocket();
  // The socket of somebody who may not see the board ends when they ask for it.
  const may = useCan('board:view');
  const { data, dataUpdatedAt, error, refetch } = useQuery({
    queryKey: keys.board,
    queryFn: async () => (await call(client.GET('/board'))) as Board,
    staleTime: 4000,
  });
  useEffect(() => {
    if (data) store.receive(data, dataUpdatedAt);
  }, [data, dataUpdatedAt]);
  useEffect(() => {
    if (!may) return;
    let stop = socket.watchBoard();
    let asked = Date.now();
    const timer = setInterval(() => {
      store.tick();
      const now = Date.now();
      if (now - Math.max(asked, store.snapshot().heard) < QUIET_MS) return;
      // Asking anew is answered with a board at once, if anybody is there.
      asked = now;
      stop();
      stop = socket.watchBoard();
    }, 250);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [socket, may]);
  const view = useSyncExternalStore(store.subscribe, store.snapshot);
  return { view, error: view.board === null ? error : null, retry: () => void refetch() };
}
