import type { Channel } from './types';

/** Channels in the order people see them. */
export const channels: readonly Channel[] = ['webchat', 'sms', 'whatsapp', 'messenger'];

/** What a conversation takes of an agent's capacity where a queue does not say otherwise. */
export const channelCost: Record<Channel, number> = { webchat: 30, sms: 20, whatsapp: 20, messenger: 20 };
