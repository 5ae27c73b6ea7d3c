// Names for the server's types. The schema is generated (`npm run api`); the
// enumerations are narrowed here because the API gives them as plain strings.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Channel = 'webchat' | 'sms' | 'whatsapp' | 'messenger';
export type ConversationState =
  | 'new' | 'bot' | 'waiting' | 'offered' | 'active' | 'wrapping' | 'snoozed' | 'resolved' | 'abandoned' | 'expired';
export type Presence = 'available' | 'busy' | 'away' | 'offline';
export type Role = 'agent' | 'supervisor' | 'admin';
export type Author = 'customer' | 'agent' | 'bot' | 'system';
export type MessageStatus =
  | 'received' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'unknown';
export type MessageKind =
  | 'text' | 'image' | 'audio' | 'video' | 'file' | 'sticker' | 'location' | 'contact' | 'choice' | 'reaction'
  | 'order' | 'referral' | 'edit' | 'deleted' | 'template' | 'note' | 'notice' | 'unsupported';
export type Action =
  | 'conversation:read' | 'conversation:work' | 'conversation:take' | 'conversation:assign' | 'contact:edit'
  | 'board:view' | 'reports:view' | 'agent:presence' | 'rules:view' | 'admin';
export type EventType =
  | 'conversation.created' | 'conversation.queued' | 'conversation.offered' | 'conversation.returned'
  | 'conversation.assigned' | 'conversation.transferred' | 'conversation.snoozed' | 'conversation.woken'
  | 'conversation.resolved' | 'conversation.reopened' | 'conversation.abandoned' | 'conversation.expired'
  | 'conversation.priority' | 'conversation.widened' | 'conversation.hours' | 'conversation.unwanted' | 'conversation.instead' | 'conversation.tagged'
  | 'conversation.read' | 'message.received' | 'message.created' | 'message.status'
  | 'message.updated' | 'csat.asked' | 'csat.answered' | 'contact.changed' | 'agent.presence' | 'agent.changed'
  | 'queue.changed' | 'inbox.changed' | 'skill.changed' | 'rules.changed' | 'rule.failed' | 'session.ended' | 'inbound.quarantined';

type Narrow<T, N> = Omit<T, keyof N> & N;

export type LastMessage = Narrow<Schemas['LastMessage'], { author: Author | '' }>;
export type Conversation = Narrow<
  Schemas['ConversationItem'],
  { channel: Channel; state: ConversationState; last_message: LastMessage }
>;
export type ConversationDetail = Narrow<
  Schemas['ConversationDetail'],
  { channel: Channel; state: ConversationState; last_message: LastMessage }
>;
/** `url` is there on files just uploaded; stored ones are found by id. */
export type Attachment = Schemas['Attachment'] & { url?: string };
export type Message = Narrow<
  Schemas['MessageItem'],
  { direction: 'in' | 'out'; author: Author; kind: MessageKind; status: MessageStatus; attachments: Attachment[] }
>;
export type Agent = Narrow<Schemas['AgentItem'], { role: Role; presence: Presence; next_presence: Presence | '' }>;
export type Offer = Narrow<Schemas['OfferItem'], { conversation: Conversation }>;
export type EventItem = Narrow<Schemas['EventItem'], { type: EventType }>;
export type Me = Narrow<Schemas['Me'], { agent: Agent; actions: Action[] }>;
export type Contact = Schemas['Contact'];
export type ContactDetail = Narrow<Schemas['ContactDetail'], { conversations: Conversation[] }>;
export type ContactPatch = Schemas['ContactPatch'];
export type Identity = Schemas['Identity'];
export type Order = Schemas['Order'];
export type Money = Schemas['Money'];
export type Note = Schemas['NoteItem'];
export type Rating = Schemas['Rating'];
export type Routing = Schemas['Routing'];
export type WaitingWhy = Schemas['WaitingWhy'];
export type Decision = Schemas['Decision'];
export type Queue = Schemas['Queue'];
export type Named = Schemas['Named'];
export type Board = Narrow<Schemas['Board'], { agents: BoardAgent[] }>;
export type BoardQueue = Schemas['BoardQueue'];
export type BoardAgent = Agent & { conversations: Conversation[] };
export type Page<T> = { items: T[]; next_cursor?: string };

/** A line this agent serves, as the socket tells it. */
export interface Line {
  id: string;
  name: string;
  waiting: number;
  longest_since?: string;
}
