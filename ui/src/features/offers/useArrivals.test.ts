import { describe, expect, it } from 'vitest';
import type { ChangeFrame } from '@/api/frames';
import { conversation, event, message } from '@/test/make';
import { arrivalOf } from './useArrivals';

const frame = (over: Partial<ChangeFrame>): ChangeFrame => ({ type: 'change', seq: 1, event: event(), conversation: conversation(), ...over });

describe('arrivalOf', () => {
  it('is a customer’s message in a conversation of mine', () => {
    const e = event({ type: 'message.received' });
    expect(arrivalOf(frame({ event: e, message: message() }), 'me')).toBe('message');
    expect(arrivalOf(frame({ event: e, message: message(), conversation: conversation({ agent_id: 'ana' }) }), 'me')).toBeNull();
    expect(arrivalOf(frame({ event: e, message: message(), conversation: conversation({ state: 'offered' }) }), 'me')).toBeNull();
  });

  it('is one given to me by somebody, not one I accepted or took', () => {
    const given = event({ type: 'conversation.assigned', agent_id: 'me', actor_id: 'boss' });
    expect(arrivalOf(frame({ event: given }), 'me')).toBe('given');
    expect(arrivalOf(frame({ event: { ...given, actor_id: 'me' } }), 'me')).toBeNull();
    expect(arrivalOf(frame({ event: { ...given, data: { from: 'offered' } } }), 'me')).toBeNull();
  });
});
