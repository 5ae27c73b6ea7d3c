import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, client } from './client';
import { keys, type ConversationFilter } from './keys';
import { flatten, type Pages } from './reducers';
import type {
  Agent, ContactDetail, Conversation, ConversationDetail, EventItem, Message, Page, Queue, Routing,
} from './types';

// The reads that more than one feature uses, so that they share the cache.

type Cursor = string | undefined;

export const conversationsQuery = (filter: ConversationFilter) =>
  infiniteQueryOptions<Page<Conversation>, Error, Pages<Conversation>, ReturnType<typeof keys.conversationList>, Cursor>({
    queryKey: keys.conversationList(filter),
    queryFn: async ({ pageParam, signal }) =>
      (await call(client.GET('/conversations', { params: { query: { ...filter, limit: 50, cursor: pageParam } }, signal }))) as unknown as Page<Conversation>,
    initialPageParam: undefined as Cursor,
    getNextPageParam: (last: Page<Conversation>): Cursor => last.next_cursor || undefined,
    staleTime: Infinity,
  });

export const unreadOf = (data: Pages<Conversation>): number => flatten(data).filter((c) => c.unread > 0).length;

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.conversation(id),
    queryFn: async ({ signal }) => (await call(client.GET('/conversations/{id}', { params: { path: { id } }, signal }))) as unknown as ConversationDetail,
    staleTime: Infinity,
  });

/** Page 0 is the newest; the next page is older. */
export const messagesQuery = (id: string) =>
  infiniteQueryOptions<Page<Message>, Error, Pages<Message>, ReturnType<typeof keys.messages>, Cursor>({
    queryKey: keys.messages(id),
    queryFn: async ({ pageParam, signal }) =>
      (await call(client.GET('/conversations/{id}/messages', { params: { path: { id }, query: { limit: 50, cursor: pageParam } }, signal }))) as unknown as Page<Message>,
    initialPageParam: undefined as Cursor,
    getNextPageParam: (last: Page<Message>): Cursor => last.next_cursor || undefined,
    staleTime: Infinity,
  });

export const eventsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.events(id),
    queryFn: async ({ signal }) => (await call(client.GET('/conversations/{id}/events', { params: { path: { id } }, signal }))) as unknown as Page<EventItem>,
    staleTime: Infinity,
  });

export const routingQuery = (id: string) =>
  queryOptions({
    queryKey: keys.routing(id),
    queryFn: async ({ signal }) => (await call(client.GET('/conversations/{id}/routing', { params: { path: { id } }, signal }))) as Routing,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: keys.contact(id),
    queryFn: async ({ signal }) => (await call(client.GET('/contacts/{id}', { params: { path: { id } }, signal }))) as unknown as ContactDetail,
  });

export const agentsQuery = queryOptions({
  queryKey: keys.agents,
  queryFn: async ({ signal }) => (await call(client.GET('/agents', { signal }))) as unknown as Page<Agent>,
});

export const queuesQuery = queryOptions({
  queryKey: keys.queues,
  queryFn: async ({ signal }) => (await call(client.GET('/queues', { signal }))) as unknown as Page<Queue>,
});
