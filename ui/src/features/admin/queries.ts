import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import type { Agent, Page } from '@/api/types';

// The setup is read as whole pages under the shared keys; the socket says when
// somebody else changed it.
export const useQueues = () => useQuery({ queryKey: keys.queues, queryFn: () => call(client.GET('/queues')) });
export const useSkills = () => useQuery({ queryKey: keys.skills, queryFn: () => call(client.GET('/skills')) });
export const useInboxes = () => useQuery({ queryKey: keys.inboxes, queryFn: () => call(client.GET('/inboxes')) });
export const useProviders = () => useQuery({ queryKey: keys.providers, queryFn: () => call(client.GET('/providers')), staleTime: Infinity });
export const usePolicies = () => useQuery({ queryKey: keys.policies, queryFn: () => call(client.GET('/policies')), staleTime: Infinity });
export const useAgents = () =>
  useQuery({ queryKey: keys.agents, queryFn: async () => (await call(client.GET('/agents'))) as Page<Agent> });

export const useDeadLetters = () =>
  useInfiniteQuery({
    queryKey: keys.deadLetters,
    queryFn: ({ pageParam, signal }) =>
      call(client.GET('/dead-letters', { params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
    staleTime: 5000,
  });
