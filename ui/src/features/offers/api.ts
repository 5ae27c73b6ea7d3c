import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, client } from '@/api/client';
import { applyConversation, dropOffer } from '@/api/events';
import { keys } from '@/api/keys';
import { useMe } from '@/api/session';
import type { ConversationDetail, Offer } from '@/api/types';

export function useOffers(): Offer[] {
  const { data } = useQuery({
    queryKey: keys.offers,
    queryFn: async () => (await call(client.GET('/me/offers'))).items as unknown as Offer[],
    staleTime: Infinity,
  });
  return data ?? [];
}

export function useAccept() {
  const cache = useQueryClient();
  const me = useMe();
  return useMutation({
    mutationFn: async (conversationId: string) =>
      (await call(client.POST('/conversations/{id}/accept', { params: { path: { id: conversationId } } }))) as ConversationDetail,
    onSuccess: (detail) => {
      dropOffer(cache, detail.id);
      cache.setQueryData(keys.conversation(detail.id), detail);
      applyConversation(detail, { cache, me });
    },
    onError: (_, id) => dropOffer(cache, id),
  });
}

export function useDecline() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (conversationId: string) =>
      call(client.POST('/conversations/{id}/decline', { params: { path: { id: conversationId } }, body: {} })),
    onSettled: (_data, _error, id) => dropOffer(cache, id),
  });
}
