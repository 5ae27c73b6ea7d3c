import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import { conversation, event, iso, me, message } from '@/test/make';
import { applyChange } from './events';
import type { ChangeFrame } from './frames';
import { keys } from './keys';
import { flatten, type Pages } from './reducers';
import type { Conversation, ConversationDetail, EventType, Me, Message, Offer } from './types';

let cache: QueryClient;
const list = (key: readonly unknown[]) => flatten(cache.getQueryData<Pages<Conversation>>(key)).map((c) => c.id);
const offers = () => (cache.getQueryData<Offer[]>(keys.offers) ?? []).map((o) => o.id);
const mineKey = keys.conversationList({ view: 'mine' });
const lineKey = keys.conversationList({ view: 'line' });

function change(type: EventType, over: Partial<ChangeFrame> & { data?: Record<string, unknown> } = {}): ChangeFrame {
  return { type: 'change', seq: 9, event: event({ type, ...over.event }), ...over };
}

beforeEach(() => {
  cache = new QueryClient();
  cache.setQueryData(keys.me, me());
  cache.setQueryData(mineKey, { pages: [{ items: [] }], pageParams: [undefined] });
  cache.setQueryData(lineKey, { pages: [{ items: [] }], pageParams: [undefined] });
  cache.setQueryData(keys.offers, []);
});

const offer = (c: Conversation): Offer => ({ id: 'o1', agent_id: 'me', made_at: iso(0), expires_at: iso(20), words: '', conversation: c });

describe('applyChange', () => {
  it('moves a conversation from the line to mine when it is assigned', () => {
    applyChange(change('conversation.queued', { conversation: conversation({ state: 'waiting', agent_id: '', epoch: 1 }) }), cache);
    expect([list(lineKey), list(mineKey)]).toEqual([['c1'], []]);
    applyChange(change('conversation.assigned', { conversation: conversation({ state: 'active', epoch: 2 }) }), cache);
    expect([list(lineKey), list(mineKey)]).toEqual([[], ['c1']]);
  });

  it('rings with the offer and stops on acceptance, return or the customer leaving', () => {
    const ringing = conversation({ state: 'offered', epoch: 2 });
    for (const [type, after] of [
      ['conversation.assigned', conversation({ state: 'active', epoch: 3 })],
      ['conversation.returned', conversation({ state: 'waiting', agent_id: '', epoch: 3 })],
      ['conversation.abandoned', conversation({ state: 'abandoned', agent_id: '', epoch: 3 })],
    ] as const) {
      applyChange(change('conversation.offered', { conversation: ringing, offer: offer(ringing) }), cache);
      expect(offers()).toEqual(['o1']);
      applyChange(change(type, { conversation: after }), cache);
      expect(offers()).toEqual([]);
    }
  });

  it('does not ring for an offer to somebody else', () => {
    const c = conversation({ state: 'offered', agent_id: 'ana' });
    applyChange(change('conversation.offered', { conversation: c, offer: { ...offer(c), agent_id: 'ana' } }), cache);
    expect(offers()).toEqual([]);
  });

  it('an ended offer that comes with its return does not ring again', () => {
    const c = conversation({ state: 'waiting', agent_id: '', epoch: 3 });
    applyChange(change('conversation.returned', { conversation: c, offer: offer(c) }), cache);
    expect(offers()).toEqual([]);
  });

  it('puts messages into their thread and keeps the detail’s own fields', () => {
    cache.setQueryData(keys.messages('c1'), { pages: [{ items: [] }], pageParams: [undefined] });
    cache.setQueryData(keys.conversation('c1'), { ...conversation(), can_work: true } as ConversationDetail);
    const c = conversation({ unread: 1, last_message: { text: 'new', author: 'customer', at: iso(5) } });
    applyChange(change('message.received', { conversation: c, message: message({ id: 'n', at: iso(5) }) }), cache);
    expect(flatten(cache.getQueryData<Pages<Message>>(keys.messages('c1'))).map((m) => m.id)).toEqual(['n']);
    expect(cache.getQueryData<ConversationDetail>(keys.conversation('c1'))).toMatchObject({ unread: 1, can_work: true });
  });

  it('follows my own state', () => {
    const agent = { ...me().agent, presence: 'away' as const, reason: 'missed an offer' };
    applyChange(change('agent.presence', { agent }), cache);
    expect(cache.getQueryData<Me>(keys.me)?.agent).toMatchObject({ presence: 'away', reason: 'missed an offer' });
    expect(cache.getQueryData<Me>(keys.me)?.actions).toContain('conversation:work');
  });

  it('lives with an event it does not know', () => {
    expect(() => applyChange(change('something.new' as EventType), cache)).not.toThrow();
  });
});
