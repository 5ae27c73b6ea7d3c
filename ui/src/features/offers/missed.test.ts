import { describe, expect, it } from 'vitest';
import { conversation, event, iso } from '@/test/make';
import type { EventItem, Offer } from '@/api/types';
import { endOf } from './missed';

const offer: Offer = { id: 'o1', agent_id: 'me', made_at: iso(0), expires_at: iso(20), words: '', conversation: conversation() };
const frame = (over: Partial<EventItem>) => ({ type: 'change' as const, seq: 1, event: event(over) });

describe('endOf', () => {
  it.each([
    [{ type: 'conversation.returned', agent_id: 'me', data: { fields: { how: 'timed_out' } } }, 'timed_out'],
    [{ type: 'conversation.returned', agent_id: 'me', data: { fields: { how: 'withdrawn' } } }, 'withdrawn'],
    [{ type: 'conversation.returned', agent_id: 'me', data: { fields: { how: 'declined' } } }, undefined],
    [{ type: 'conversation.assigned', agent_id: 'me' }, undefined],
    [{ type: 'conversation.assigned', agent_id: 'ana' }, 'withdrawn'],
    [{ type: 'conversation.abandoned' }, 'withdrawn'],
  ] as [Partial<EventItem>, string | undefined][])('%o → %s', (over, how) => {
    expect(endOf(frame(over), [offer], 'me')?.how).toBe(how);
  });

  it('says nothing of conversations that did not ring here', () => {
    expect(endOf(frame({ type: 'conversation.abandoned', conversation_id: 'zz' }), [offer], 'me')).toBeNull();
  });
});
