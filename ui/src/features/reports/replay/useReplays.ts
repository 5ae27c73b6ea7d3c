import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, client } from '@/api/client';
import { keys } from '@/api/keys';
import type { ReplayJob, ReplayRequest } from './figures';

const list = [...keys.reports, 'replays'] as const;

export function useReplays() {
  return useQuery({ queryKey: list, queryFn: () => call<{ items: ReplayJob[] }>(client.GET('/replays')) });
}

/** One replay; while it runs it is asked for every second. */
export function useReplay(id: string | null) {
  return useQuery({
    queryKey: [...list, id],
    enabled: id !== null,
    queryFn: () => call<ReplayJob>(client.GET('/replays/{id}', { params: { path: { id: id ?? '' } } })),
    refetchInterval: (q) => (q.state.data?.state === 'running' ? 1000 : false),
    staleTime: Infinity,
  });
}

export function useStart(onStarted: (id: string) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (body: ReplayRequest) => call<ReplayJob>(client.POST('/replays', { body })),
    onSuccess: (job) => {
      void cache.invalidateQueries({ queryKey: list, exact: true });
      onStarted(job.id);
    },
  });
}

export function useCancel() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call<ReplayJob>(client.DELETE('/replays/{id}', { params: { path: { id } } })),
    onSuccess: (job) => cache.setQueryData([...list, job.id], job),
  });
}
