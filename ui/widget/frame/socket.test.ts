import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Link, PING, SILENT } from './socket';
import type { Frame } from './types';

class FakeSocket {
  static all: FakeSocket[] = [];
  sent: Record<string, unknown>[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  closed = false;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.closed = true;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  say(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const last = () => FakeSocket.all.at(-1)!;

function setup(over: { seq?: () => number; renew?: () => Promise<void> } = {}) {
  const frames: Frame[] = [];
  const states: boolean[] = [];
  const link = new Link({
    url: 'ws://x/widget/ws',
    hello: () => ({ inbox: 'demo', token: 't', last: over.seq?.() ?? 0 }),
    frame: (f) => frames.push(f),
    state: (up) => states.push(up),
    renew: over.renew ?? (() => Promise.resolve()),
    make: () => new FakeSocket() as unknown as WebSocket,
  });
  link.start();
  return { link, frames, states };
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
});
afterEach(() => vi.useRealTimers());

describe('link', () => {
  it('says hello with the newest number, also when it comes back', () => {
    let seq = 5;
    const { states } = setup({ seq: () => seq });
    last().open();
    expect(last().sent[0]).toEqual({ type: 'hello', inbox: 'demo', token: 't', last: 5 });
    last().say({ type: 'welcome', seq: 7, reset: false });
    seq = 7;
    last().drop();
    expect(states).toEqual([true, false]);
    vi.advanceTimersByTime(500);
    last().open();
    expect(FakeSocket.all).toHaveLength(2);
    expect(last().sent[0]).toMatchObject({ last: 7 });
  });

  it('waits longer each time, and not long again after a welcome', () => {
    setup();
    for (const wait of [500, 1000, 2000]) {
      const n = FakeSocket.all.length;
      last().drop();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeSocket.all).toHaveLength(n);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(n + 1);
    }
    last().open();
    last().say({ type: 'welcome', seq: 1, reset: false });
    last().drop();
    vi.advanceTimersByTime(500);
    expect(FakeSocket.all).toHaveLength(5);
  });

  it('pings, and gives up on a silent socket', () => {
    setup();
    last().open();
    last().say({ type: 'welcome', seq: 1, reset: false });
    const first = last();
    vi.advanceTimersByTime(PING);
    expect(first.sent.at(-1)).toEqual({ type: 'ping' });
    vi.advanceTimersByTime(SILENT + PING);
    expect(first.closed).toBe(true);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it('moves within the time it is given', () => {
    setup();
    last().open();
    last().say({ type: 'welcome', seq: 1, reset: false });
    last().say({ type: 'move', within_ms: 3000 });
    expect(FakeSocket.all[0]!.closed).toBe(true);
    vi.advanceTimersByTime(2999);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('gets another token when this one is over', async () => {
    const renew = vi.fn(() => Promise.resolve());
    setup({ renew });
    last().open();
    last().drop(4401);
    await vi.advanceTimersByTimeAsync(1);
    expect(renew).toHaveBeenCalledOnce();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('does not wait out the pause once the page is seen again', () => {
    const { link } = setup();
    last().drop();
    link.nudge();
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('replaces a socket that does not answer when the page is seen again', () => {
    const { link } = setup();
    last().open();
    last().say({ type: 'welcome', seq: 1, reset: false });
    vi.advanceTimersByTime(10);
    link.nudge();
    vi.advanceTimersByTime(4001);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('stays closed after stop', () => {
    const { link } = setup();
    last().open();
    link.stop();
    vi.advanceTimersByTime(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
