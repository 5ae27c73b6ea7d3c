import type { Channel, ConversationDetail } from '@/api/types';

/** Whether free text may be sent now, and why not. */
export type Sending =
  | { open: true; closesIn?: number }
  | { open: false; why: 'window' | 'optedOut' | 'broken' | 'notYours' | 'closed'; detail?: string; since?: number };

const windowed: Channel[] = ['whatsapp', 'messenger'];

type Input = Pick<ConversationDetail, 'channel' | 'state' | 'window_closes_at' | 'opted_out' | 'broken' | 'can_work'>;

/** What the composer may do; `now` is the server's clock in ms. Seconds in the answer. */
export function sending(c: Input, now: number): Sending {
  if (c.opted_out) return { open: false, why: 'optedOut' };
  if (c.broken) return { open: false, why: 'broken', detail: c.broken };
  if (windowed.includes(c.channel)) {
    const closes = c.window_closes_at ? Date.parse(c.window_closes_at) : 0;
    if (closes <= now) return { open: false, why: 'window', since: closes > 0 ? (now - closes) / 1000 : undefined };
    if (!c.can_work) return { open: false, why: 'notYours' };
    return { open: true, closesIn: (closes - now) / 1000 };
  }
  if (!c.can_work) return { open: false, why: 'notYours' };
  return { open: true };
}

/** How loud the countdown is: silent until 6 hours, then plain, then a warning in the last hour. */
export function urgency(closesIn: number | undefined): 'none' | 'plain' | 'warn' {
  if (closesIn === undefined || closesIn > 6 * 3600) return 'none';
  return closesIn > 3600 ? 'plain' : 'warn';
}
