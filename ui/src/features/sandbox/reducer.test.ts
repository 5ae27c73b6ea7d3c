import { describe, expect, it } from 'vitest';
import { reduce, start, unreadOf, type View } from './reducer';
import type { LiveEvent, Message, Person, SandboxState } from './types';

const emma: Person = { id: 'emma', name: 'Emma', phone: '+447700900123', wa_id: '447700900123', psid: '71', language: 'en' };
const state = { people: [emma], threads: [], faults: {}, customers: {}, company: {}, inboxes: {} } as unknown as SandboxState;
const message = (id: string, over: Partial<Message> = {}): Message => ({
  id, app: 'sms', phone: emma.phone, direction: 'out', text: id, media: [], status: 'sending', at: '2025-01-01T00:00:00Z', ...over,
});
const live = (view: View, ...events: LiveEvent[]): View => events.reduce((v, event) => reduce(v, { type: 'live', event, now: 1000 }), view);
const begun = reduce(start, { type: 'state', state });

describe('the phone', () => {
  it('shows a message once, with its newest status', () => {
    const v = live(begun, { type: 'message', message: message('a') }, { type: 'status', message: message('a', { status: 'delivered' }) });
    expect(v.threads[`sms|${emma.phone}`]).toEqual([message('a', { status: 'delivered' })]);
  });

  it('counts as unread what arrived and was not read', () => {
    const v = live(
      begun,
      { type: 'message', message: message('a', { status: 'delivered' }) },
      { type: 'message', message: message('b', { status: 'read' }) },
      { type: 'message', message: message('c', { status: 'sending' }) },
      { type: 'message', message: message('d', { status: 'delivered', direction: 'in' }) },
    );
    expect(unreadOf(v, emma)).toEqual({ sms: 1, whatsapp: 0, messenger: 0 });
  });

  it('leaves simulated customers alone', () => {
    expect(live(begun, { type: 'message', message: message('a', { phone: '+12025550100' }) })).toBe(begun);
  });

  it('stops showing the company as writing once its message is there', () => {
    const on = live(begun, { type: 'typing', app: 'sms', phone: emma.phone, on: true });
    expect(on.typing[`sms|${emma.phone}`]).toBe(9000);
    expect(live(on, { type: 'message', message: message('a') }).typing[`sms|${emma.phone}`]).toBe(0);
    expect(live(on, { type: 'typing', app: 'sms', phone: emma.phone }).typing[`sms|${emma.phone}`]).toBe(0);
  });
});
