import { describe, expect, it } from 'vitest';
import { iso, t0 } from '@/test/make';
import { sending, urgency } from './window';

const base = { channel: 'whatsapp', state: 'active', opted_out: false, broken: '', can_work: true, window_closes_at: iso(3600) } as const;

describe('sending', () => {
  it('counts down to the end of the window and closes at its very end', () => {
    expect(sending(base, t0)).toEqual({ open: true, closesIn: 3600 });
    expect(sending(base, t0 + 3_599_000)).toEqual({ open: true, closesIn: 1 });
    expect(sending(base, t0 + 3_600_000)).toEqual({ open: false, why: 'window', since: 0 });
    expect(sending(base, t0 + 3_720_000)).toEqual({ open: false, why: 'window', since: 120 });
  });

  it('has no window before the customer ever wrote', () => {
    expect(sending({ ...base, window_closes_at: undefined }, t0)).toEqual({ open: false, why: 'window', since: undefined });
  });

  it('knows no window on SMS and web chat', () => {
    expect(sending({ ...base, channel: 'sms', window_closes_at: undefined }, t0)).toEqual({ open: true });
    expect(sending({ ...base, channel: 'webchat', window_closes_at: iso(-5) }, t0)).toEqual({ open: true });
  });

  it('says the strongest reason first', () => {
    expect(sending({ ...base, opted_out: true, broken: 'x', can_work: false }, t0)).toMatchObject({ why: 'optedOut' });
    expect(sending({ ...base, broken: 'token expired' }, t0)).toMatchObject({ why: 'broken', detail: 'token expired' });
    expect(sending({ ...base, can_work: false }, t0)).toMatchObject({ why: 'notYours' });
  });
});

describe('urgency', () => {
  it.each([
    [undefined, 'none'],
    [7 * 3600, 'none'],
    [5 * 3600, 'plain'],
    [3600, 'warn'],
  ] as const)('%s s', (seconds, level) => {
    expect(urgency(seconds)).toBe(level);
  });
});
