import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { call, client, wordsOf } from '@/api/client';
import { keys } from '@/api/keys';
import { useSocket } from '@/api/live';
import { conversationQuery, eventsQuery, messagesQuery } from '@/api/queries';
import { reduceMessages, thread, type Pages } from '@/api/reducers';
import { useMe } from '@/api/session';
import type { Conversation, ConversationDetail, EventItem, Message } from '@/api/types';
import { notifications } from '@mantine/notifications';
import type { Outbox, Pending } from '../outbox';
import { buildRows, firstUnread, type ThreadRow } from './rows';

const none: EventItem[] = [];

export interface ThreadData {
  detail: ConversationDetail | undefined;
  detailError: Error | null;
  messages: Message[];
  rows: ThreadRow[];
  pending: boolean;
  error: Error | null;
  refetch: () => void;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder: () => void;
}

/** A conversation with its thread: messages, what happened, and what this browser still has to send. */
export function useThread(id: string, outbox: Outbox | null, unread: number): ThreadData {
  const detail = useQuery(conversationQuery(id));
  const query = useInfiniteQuery(messagesQuery(id));
  const events = useQuery(eventsQuery(id));
  const waiting = useSyncExternalStore(outbox?.subscribe ?? noSubscription, outbox?.get ?? noPending);
  const messages = useMemo(() => thread(query.data), [query.data]);

  const breaks = useMemo(() => new Set(query.data?.pages.map((p) => p.items[0]?.id ?? '')), [query.data]);

  // Where "New" stood when the thread was opened; it stays while it is open.
  const [mark, setMark] = useState<string | null | undefined>(undefined);
  if (mark === undefined && query.data) setMark(firstUnread(messages, unread) ?? null);

  const rows = useMemo(
    () =>
      buildRows({
        messages,
        events: events.data?.items ?? none,
        pending: waiting.filter((p) => p.conversationId === id),
        breaks,
        complete: !query.hasNextPage,
        unreadFrom: mark ?? undefined,
      }),
    [messages, breaks, events.data, waiting, id, query.hasNextPage, mark],
  );
  const { fetchNextPage } = query;
  return {
    detail: detail.data,
    detailError: detail.error,
    messages,
    rows,
    pending: query.isPending,
    error: query.error,
    refetch: () => void Promise.all([detail.refetch(), query.refetch(), events.refetch()]),
    hasOlder: query.hasNextPage,
    loadingOlder: query.isFetchingNextPage,
    loadOlder: useCallback(() => void fetchNextPage(), [fetchNextPage]),
  };
}

const noSubscription = () => () => undefined;
const noItems: Pending[] = [];
const noPending = () => noItems;

/** Tells the server which thread is open, and that I have read it when I really see it. */
export function useReading(c: Conversation | undefined, atEnd: boolean): void {
  const socket = useSocket();
  const me = useMe();
  const cache = useQueryClient();
  const id = c?.id ?? '';
  useEffect(() => {
    socket.view(id);
    return () => socket.view('');
  }, [socket, id]);

  const [seen, setSeen] = useState(() => document.hasFocus());
  useEffect(() => {
    const look = () => setSeen(document.visibilityState === 'visible' && document.hasFocus());
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);

  const due = Boolean(c && c.unread > 0 && c.agent_id === me.agent.id && c.state !== 'offered' && seen && atEnd);
  useEffect(() => {
    if (!due) return;
    const timer = setTimeout(() => {
      void call(client.POST('/conversations/{id}/read', { params: { path: { id } } })).then(
        () => clearUnread(cache, id),
        () => undefined, // read again with the next message
      );
    }, 400);
    return () => clearTimeout(timer);
  }, [due, id, cache]);
}

function clearUnread(cache: ReturnType<typeof useQueryClient>, id: string): void {
  cache.setQueryData<ConversationDetail>(keys.conversation(id), (old) => old && { ...old, unread: 0 });
  for (const query of cache.getQueryCache().findAll({ queryKey: keys.conversations })) {
    cache.setQueryData<Pages<Conversation>>(query.queryKey, (data) =>
      data?.pages.some((p) => p.items.some((c) => c.id === id && c.unread > 0))
        ? { ...data, pages: data.pages.map((p) => ({ ...p, items: p.items.map((c) => (c.id === id ? { ...c, unread: 0 } : c)) })) }
        : data,
    );
  }
}

export function useRetry() {
  const cache = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: async (id: string) => (await call(client.POST('/messages/{id}/retry', { params: { path: { id } } }))) as Message,
    onSuccess: (m) => cache.setQueryData<Pages<Message>>(keys.messages(m.conversation_id), (data) => reduceMessages(data, m)),
    onError: (error) => notifications.show({ color: 'red', message: wordsOf(error) }),
  });
  return mutate;
}
