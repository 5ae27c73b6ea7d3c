import type { ChangeFrame } from '@/api/frames';
import { createStore } from '@/api/store';
import type { Offer } from '@/api/types';

export interface Missed {
  offer: Offer;
  /** timed_out: I did not answer; withdrawn: it was taken back or the customer left. */
  how: 'timed_out' | 'withdrawn';
}

/** The last offer that ended without my doing, until put aside. */
export const missed = createStore<Missed | null>(null);

/** What a change means for an offer that rang here; null when it was answered or is another's. */
export function endOf(frame: ChangeFrame, ringing: Offer[], me: string): Missed | null {
  const { event } = frame;
  const offer = ringing.find((o) => o.conversation.id === event.conversation_id);
  if (!offer) return null;
  if (event.type === 'conversation.returned' && event.agent_id === me) {
    const how = event.data.fields?.how ?? event.data.reason;
    if (how === 'declined') return null;
    return { offer, how: how === 'timed_out' ? 'timed_out' : 'withdrawn' };
  }
  if (event.type === 'conversation.assigned' && event.agent_id !== me) return { offer, how: 'withdrawn' };
  if (event.type === 'conversation.abandoned' || event.type === 'conversation.expired') return { offer, how: 'withdrawn' };
  return null;
}
