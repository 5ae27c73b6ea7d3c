import type { QueryClient } from '@tanstack/react-query';
import type { ChangeFrame } from './frames';
import { keys, type ConversationFilter } from './keys';
import { stopTyping } from './live';
import { reduceConversation, reduceEvents, reduceList, reduceMessages, upsertById, type Pages } from './reducers';
import type { Agent, Conversation, ConversationDetail, EventItem, EventType, Me, Message, Offer, Page } from './types';

interface Context {
  cache: QueryClient;
  me: Me;
}

type Handler = (frame: ChangeFrame, context: Context) => void;

const stale = (cache: QueryClient, key: readonly unknown[]) => void cache.invalidateQueries({ queryKey: key });

/** It moved in line or changed hands: what was derived from that is to be read again. */
const moved: Handler = ({ event }, { cache }) => {
  if (!event.conversation_id) return;
  stale(cache, keys.routing(event.conversation_id));
  stale(cache, keys.conversation(event.conversation_id));
};

const ended: Handler = (frame, context) => {
  moved(frame, context);
  if (frame.conversation) stale(context.cache, keys.contact(frame.conversation.contact.id));
};

const rated: Handler = ({ event, conversation }, { cache }) => {
  if (event.conversation_id) stale(cache, keys.conversation(event.conversation_id));
  if (conversation) stale(cache, keys.contact(conversation.contact.id));
};

const setup =
  (...changed: (readonly unknown[])[]): Handler =>
  (_, { cache }) => {
    for (const key of changed) stale(cache, key);
  };

const nothing: Handler = () => undefined;

/**
 * The one table from event to effect on the caches, besides what every change
 * does: the conversation, message, agent and offer in it are put where they are shown.
 */
const table: Record<EventType, Handler> = {
  'conversation.created': ended,
  'conversation.queued': moved,
  'conversation.offered': moved,
  'conversation.returned': moved,
  'conversation.assigned': moved,
  'conversation.transferred': moved,
  'conversation.snoozed': moved,
  'conversation.woken': moved,
  'conversation.resolved': ended,
  'conversation.reopened': ended,
  'conversation.abandoned': ended,
  'conversation.expired': ended,
  'conversation.priority': moved,
  'conversation.widened': moved,
  'conversation.hours': moved,
  'conversation.unwanted': moved,
  'conversation.instead': moved,
  'conversation.tagged': nothing,
  'conversation.read': nothing,
  'message.received': ({ event }) => stopTyping(event.conversation_id ?? ''),
  'message.created': nothing,
  'message.status': nothing,
  'message.updated': nothing,
  'csat.asked': rated,
  'csat.answered': rated,
  'contact.changed': ({ event }, { cache }) => {
    if (event.contact_id) stale(cache, keys.contact(event.contact_id));
    stale(cache, keys.contacts);
  },
  'agent.presence': nothing,
  'agent.changed': setup(keys.agents, keys.me),
  'queue.changed': setup(keys.queues, keys.me),
  'inbox.changed': setup(keys.inboxes),
  'skill.changed': setup(keys.skills),
  'rules.changed': setup(keys.rules),
  'rule.failed': nothing,
  'session.ended': nothing,
  'inbound.quarantined': setup(keys.deadLetters),
};

/** Puts a change into every cache that shows it. */
export function applyChange(frame: ChangeFrame, cache: QueryClient): void {
  const me = cache.getQueryData<Me>(keys.me);
  if (!me) return;
  const context = { cache, me };
  if (frame.conversation) applyConversation(frame.conversation, context);
  if (frame.message) applyMessage(frame.message, context);
  if (frame.agent) applyAgent(frame.agent, context);
  applyOffers(frame, context);
  applyTimeline(frame.event, context);
  // A newer server may tell of what this console does not know yet.
  (table[frame.event.type] as Handler | undefined)?.(frame, context);
}

export function applyConversation(next: Conversation, { cache, me }: Context): void {
  for (const query of cache.getQueryCache().findAll({ queryKey: keys.conversations })) {
    const filter = (query.queryKey[1] ?? {}) as ConversationFilter;
    cache.setQueryData<Pages<Conversation>>(query.queryKey, (data) => reduceList(data, filter, next, me));
  }
  cache.setQueryData<ConversationDetail>(keys.conversation(next.id), (old) => reduceConversation(old, next));
}

function applyMessage(next: Message, { cache }: Context): void {
  cache.setQueryData<Pages<Message>>(keys.messages(next.conversation_id), (data) => reduceMessages(data, next));
}

function applyAgent(next: Agent, { cache, me }: Context): void {
  if (next.id === me.agent.id) cache.setQueryData<Me>(keys.me, (old) => old && { ...old, agent: { ...old.agent, ...next } });
  cache.setQueryData<Page<Agent>>(keys.agents, (old) => old && { ...old, items: upsertById(old.items, next) });
}

// An offer rings from the change that brings it until its conversation is no
// longer offered to me.
function applyOffers(frame: ChangeFrame, { cache, me }: Context): void {
  const { conversation: c, offer, event } = frame;
  if (offer && offer.agent_id === me.agent.id && event.type === 'conversation.offered') {
    cache.setQueryData<Offer[]>(keys.offers, (old) => upsertById(old ?? [], offer));
    return;
  }
  const id = c?.id ?? event.conversation_id;
  if (!id) return;
  const over = c ? c.state !== 'offered' || c.agent_id !== me.agent.id : endsOffer.includes(event.type);
  if (over) dropOffer(cache, id);
}

const endsOffer: EventType[] = [
  'conversation.returned', 'conversation.assigned', 'conversation.abandoned', 'conversation.expired', 'conversation.resolved',
];

export function dropOffer(cache: QueryClient, conversationId: string): void {
  cache.setQueryData<Offer[]>(keys.offers, (old) =>
    old?.some((o) => o.conversation.id === conversationId) ? old.filter((o) => o.conversation.id !== conversationId) : old,
  );
}

function applyTimeline(event: EventItem, { cache }: Context): void {
  if (!event.conversation_id || event.type.startsWith('message.')) return;
  cache.setQueryData<Page<EventItem>>(keys.events(event.conversation_id), (data) => reduceEvents(data, event));
}

/** After a gap that could not be filled, or the first hello: everything shown may be old. */
export function applyReset(cache: QueryClient): void {
  for (const key of [
    keys.me, keys.offers, keys.conversations, keys.agents, keys.queues, ['conversation'], ['messages'], ['events'], ['routing'], ['contact'],
  ]) {
    stale(cache, key);
  }
}
