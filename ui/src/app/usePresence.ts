import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import type { Agent, Me, Presence } from '@/api/types';

/** Changes my state: at once, or once my last conversation ends. */
export function usePresence() {
  const cache = useQueryClient();
  const put = (agent: Partial<Agent>) => cache.setQueryData<Me>(keys.me, (me) => me && { ...me, agent: { ...me.agent, ...agent } });
  return useMutation({
    mutationFn: async (to: { presence: Presence; next?: boolean }) =>
      (await call(client.PUT('/me/presence', { body: { presence: to.presence, next: to.next } }))) as Agent,
    onMutate: (to) => {
      const before = cache.getQueryData<Me>(keys.me)?.agent;
      put(to.next ? { next_presence: to.presence } : { presence: to.presence, reason: '', presence_since: new Date().toISOString() });
      return before;
    },
    onSuccess: (agent) => put(agent),
    onError: (error, _, before) => {
      if (before) put(before);
      notifications.show({ color: 'red', message: wordsOf(error) });
    },
  });
}
