/** What selects a list of conversations; the server's own query, so a count and a list agree. */
export interface ConversationFilter {
  view?: 'mine' | 'line' | 'all';
  state?: string;
  q?: string;
  queue_id?: string;
  agent_id?: string;
  contact_id?: string;
  channel?: string;
  inbox?: string;
}

/** Query keys, in one place so that the event table and the screens mean the same. */
export const keys = {
  me: ['me'] as const,
  offers: ['offers'] as const,
  conversations: ['conversations'] as const,
  conversationList: (filter: ConversationFilter) => ['conversations', filter] as const,
  conversation: (id: string) => ['conversation', id] as const,
  messages: (id: string) => ['messages', id] as const,
  events: (id: string) => ['events', id] as const,
  routing: (id: string) => ['routing', id] as const,
  contacts: ['contacts'] as const,
  contactList: (q: string) => ['contacts', q] as const,
  contact: (id: string) => ['contact', id] as const,
  agents: ['agents'] as const,
  queues: ['queues'] as const,
  skills: ['skills'] as const,
  policies: ['policies'] as const,
  inboxes: ['inboxes'] as const,
  providers: ['providers'] as const,
  rules: ['rules'] as const,
  deadLetters: ['dead-letters'] as const,
  board: ['board'] as const,
  reports: ['reports'] as const,
};
