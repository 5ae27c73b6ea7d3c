import type { components } from '@/api/schema';
export type { Board, BoardAgent, BoardQueue, Conversation, Presence } from '@/api/types';
export type Routing = components['schemas']['Routing'];
