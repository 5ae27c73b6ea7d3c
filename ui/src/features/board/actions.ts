import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import type { Presence } from './types';

/** Lists of the board's drawers; outside the keys the socket writes to, because they are plain pages. */
export const boardKeys = {
  list: (scope: 'queue' | 'agent', id: string, states: string) => ['board-list', scope, id, states] as const,
  lists: ['board-list'] as const,
};

/** Everything a supervisor does from the board. Each says what happened, or why not. */
export function useBoardActions() {
  const { t } = useTranslation('board');
  const cache = useQueryClient();
  const after = () => {
    void cache.invalidateQueries({ queryKey: boardKeys.lists });
    void cache.invalidateQueries({ queryKey: keys.board });
  };
  const failed = (error: unknown) =>
    notifications.show({ color: 'red', message: `${t('didNotWork')}: ${wordsOf(error)}`, autoClose: 8000 });
  const said = (message: string) => {
    after();
    notifications.show({ color: 'green', message });
  };

  const take = useMutation({
    mutationFn: (id: string) => call(client.POST('/conversations/{id}/take', { params: { path: { id } } })),
    onSuccess: () => said(t('taken')),
    onError: failed,
    onSettled: after,
  });
  const assign = useMutation({
    mutationFn: (x: { id: string; agentID: string; customer: string; agent: string }) =>
      call(client.POST('/conversations/{id}/assign', { params: { path: { id: x.id } }, body: { agent_id: x.agentID } })),
    onSuccess: (_, x) => said(t('assign.done', { customer: x.customer, agent: x.agent })),
    onSettled: after,
  });
  const prioritize = useMutation({
    mutationFn: (x: { id: string; priority: number }) =>
      call(client.POST('/conversations/{id}/priority', { params: { path: { id: x.id } }, body: { priority: x.priority } })),
    onSuccess: () => said(t('priority.done')),
    onSettled: after,
  });
  const move = useMutation({
    mutationFn: (x: { id: string; queueID: string; note: string; customer: string; queue: string }) =>
      call(client.POST('/conversations/{id}/transfer', { params: { path: { id: x.id } }, body: { queue_id: x.queueID, ...(x.note ? { note: x.note } : {}) } })),
    onSuccess: (_, x) => said(t('move.done', { customer: x.customer, queue: x.queue })),
    onSettled: after,
  });
  const presence = useMutation({
    mutationFn: (x: { id: string; name: string; presence: Presence }) =>
      call(client.PUT('/agents/{id}/presence', { params: { path: { id: x.id } }, body: { presence: x.presence } })),
    onSuccess: (_, x) => said(t('presenceDone', { name: x.name, presence: t(`presence.${x.presence}`) })),
    onError: failed,
  });
  const openQueue = useMutation({
    mutationFn: (x: { id: string; name: string; open: boolean }) =>
      call(client.PATCH('/queues/{id}', { params: { path: { id: x.id } }, body: { open: x.open } })),
    onSuccess: (_, x) => {
      void cache.invalidateQueries({ queryKey: keys.queues });
      said(t(x.open ? 'queueOpened' : 'queueClosed', { name: x.name }));
    },
    onError: failed,
  });
  return { take, assign, prioritize, move, presence, openQueue };
}
