import { useQuery } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import { useSocket } from '@/api/live';
import type { Board } from '@/api/types';
import { BoardStore, type BoardView } from './boardStore';

// One for the whole page life, so that holds survive a change between board and wall.
const store = new BoardStore();

/**
 * The live board: asked for once, then fed by the socket, which writes it to
 * the same place of the query cache.
 */
export function useBoard(): { view: BoardView; error: Error | null; retry: () => void } {
  const socket = useSocket();
  const { data, dataUpdatedAt, error, refetch } = useQuery({
    queryKey: keys.board,
    queryFn: async () => (await call(client.GET('/board'))) as Board,
    staleTime: 4000,
  });
  useEffect(() => socket.watchBoard(), [socket]);
  useEffect(() => {
    if (data) store.receive(data, dataUpdatedAt);
  }, [data, dataUpdatedAt]);
  useEffect(() => {
    const timer = setInterval(() => store.tick(), 500);
    return () => clearInterval(timer);
  }, []);
  const view = useSyncExternalStore(store.subscribe, store.snapshot);
  return { view, error: view.board === null ? error : null, retry: () => void refetch() };
}
