import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, client, wordsOf } from '@/api/client';
import { applyConversation } from '@/api/events';
import { keys } from '@/api/keys';
import { useMe } from '@/api/session';
import type { ConversationDetail } from '@/api/types';

/** One thing done to a conversation. */
export type Act =
  | { do: 'resolve' | 'reopen' | 'take' }
  | { do: 'snooze'; until: string }
  | { do: 'transfer'; agent_id?: string; queue_id?: string; note?: string }
  | { do: 'assign'; agent_id: string }
  | { do: 'tags'; add: string[]; remove: string[] }
  | { do: 'priority'; priority: number };

export async function perform(id: string, act: Act): Promise<ConversationDetail> {
  const params = { path: { id } };
  const answer = (() => {
    switch (act.do) {
      case 'resolve':
        return call(client.POST('/conversations/{id}/resolve', { params }));
      case 'reopen':
        return call(client.POST('/conversations/{id}/reopen', { params }));
      case 'take':
        return call(client.POST('/conversations/{id}/take', { params }));
      case 'snooze':
        return call(client.POST('/conversations/{id}/snooze', { params, body: { until: act.until } }));
      case 'transfer':
        return call(client.POST('/conversations/{id}/transfer', { params, body: { agent_id: act.agent_id, queue_id: act.queue_id, note: act.note } }));
      case 'assign':
        return call(client.POST('/conversations/{id}/assign', { params, body: { agent_id: act.agent_id } }));
      case 'tags':
        return call(client.PATCH('/conversations/{id}/tags', { params, body: { add: act.add, remove: act.remove } }));
      case 'priority':
        return call(client.POST('/conversations/{id}/priority', { params, body: { priority: act.priority } }));
    }
  })();
  return (await answer) as unknown as ConversationDetail;
}

export function useAct() {
  const cache = useQueryClient();
  const me = useMe();
  const { t } = useTranslation('inbox');
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: Act }) => perform(id, act),
    onSuccess: (detail) => {
      cache.setQueryData(keys.conversation(detail.id), detail);
      applyConversation(detail, { cache, me });
    },
    onError: (error, { id }) => {
      notifications.show({ color: 'red', title: t('act.failed'), message: wordsOf(error) });
      void cache.invalidateQueries({ queryKey: keys.conversation(id) }); // somebody may have been faster
    },
  });
}

/** What may be done with it in its state. */
export function possible(c: ConversationDetail, me: string): Record<'resolve' | 'transfer' | 'snooze' | 'take' | 'reopen' | 'assign' | 'priority' | 'tags', boolean> {
  const closed = ['resolved', 'abandoned', 'expired'].includes(c.state);
  const inLine = c.state === 'waiting' || c.state === 'offered';
  const mine = c.agent_id === me && !inLine;
  return {
    resolve: c.can_work && !closed,
    transfer: c.can_work && !closed,
    snooze: c.can_work && c.state === 'active',
    take: c.can_take && !closed && !mine,
    reopen: closed && (c.can_take || c.can_work),
    assign: c.can_assign && !closed,
    priority: c.can_assign && inLine,
    tags: c.can_work,
  };
}
