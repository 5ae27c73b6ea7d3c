import type { Conversation, EventItem, Me, Message } from '@/api/types';

// Small complete things for tests; each test says only what matters to it.

export const t0 = Date.parse('2026-03-02T10:00:00Z');
export const iso = (seconds: number) => new Date(t0 + seconds * 1000).toISOString();

export function conversation(over: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c1', inbox: 'demo-sms', inbox_id: 'i1', inbox_label: 'SMS', channel: 'sms', state: 'active', epoch: 1, queue: 'Support', queue_id: 'q1', agent: 'Me', agent_id: 'me',
    contact: { id: 'p1', name: 'Ana' }, priority: 0, unread: 0, reopened: 0, ring: 0, declines: 0, unwanted: false, csat: '', created_at: iso(0), state_since: iso(0), target_seconds: 60,
    last_message: { text: 'hello', author: 'customer', at: iso(0) }, context: {}, ...over,
  };
}

export function message(over: Partial<Message> = {}): Message {
  return {
    id: 'm1', conversation_id: 'c1', direction: 'in', author: 'customer', kind: 'text', text: 'hello', detail: {}, status: 'received', attachments: [], at: iso(0), agent_name: '', ...over,
  };
}

export function event(over: Partial<EventItem> = {}): EventItem {
  return { seq: 1, at: iso(0), type: 'conversation.created', conversation_id: 'c1', agent_name: '', actor_name: '', queue_name: '', data: {}, ...over };
}

export function me(over: Partial<Me> = {}): Me {
  return {
    agent: {
      id: 'me', name: 'Me', email: 'me@example.org', role: 'agent', enabled: true, presence: 'available', reason: '', next_presence: '', presence_since: iso(0), load: 0, capacity: 100, hard_capacity: 150, skills: {}, channel_limits: {}, costs: {}, off_hours: false,
    },
    actions: ['conversation:read', 'conversation:work', 'conversation:take', 'contact:edit'],
    queues: [{ id: 'q1', name: 'Support' }],
    demo: false,
    version: 'test',
    ...over,
  };
}
