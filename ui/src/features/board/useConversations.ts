import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call, client } from '@/api/client';
import type { Page } from '@/api/types';
import { boardKeys } from './actions';
import type { Conversation } from './types';

/** The most rows a drawer reads; beyond it, it says so. */
export const MOST = 600;
const PAGE = 200;

export interface Listed {
  items: Conversation[];
  more: boolean;
}

async function readAll(query: { state: string; queue_id?: string; agent_id?: string }, signal: AbortSignal): Promise<Listed> {
  const items: Conversation[] = [];
  let cursor: string | undefined;
  do {
    const page = (await call(
      client.GET('/conversations', { params: { query: { view: 'all', limit: PAGE, ...query, ...(cursor ? { cursor } : {}) } }, signal }),
    )) as Page<Conversation>;
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < MOST);
  return { items, more: Boolean(cursor) };
}

/**
 * The conversations behind a figure of the board, by the same condition that
 * the figure counts. `figure` is what the board shows: when it moves, the list
 * is read again, so that both agree; and every few seconds besides.
 */
export function useConversations(scope: 'queue' | 'agent', id: string, states: string, figure: string) {
  const query = useQuery({
    queryKey: boardKeys.list(scope, id, states),
    queryFn: ({ signal }) => readAll({ state: states, ...(scope === 'queue' ? { queue_id: id } : { agent_id: id }) }, signal),
    refetchInterval: 5000,
    staleTime: 1000,
    gcTime: 60_000,
  });
  const { refetch } = query;
  useEffect(() => {
    void refetch();
  }, [figure, refetch]);
  return query;
}
