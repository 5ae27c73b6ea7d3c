import { useQuery } from '@tanstack/react-query';
import { call, client } from './client';
import { keys } from './keys';
import type { Action, Me } from './types';

export const meQuery = {
  queryKey: keys.me,
  queryFn: async () => (await call(client.GET('/me'))) as Me,
  staleTime: Infinity,
};

/** Who is logged in. Inside the shell it is always there. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('useMe outside the shell');
  return data;
}

export function useCan(action: Action): boolean {
  return useMe().actions.includes(action);
}
