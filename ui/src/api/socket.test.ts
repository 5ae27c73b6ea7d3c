import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, ConsoleSocket } from './socket';
import type { ServerFrame } from './frames';

class FakeSocket {
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  fail(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

let made: FakeSocket[];
let frames: ServerFrame[];
const onReset = vi.fn();
const onEnded = vi.fn();
let socket: ConsoleSocket;
const last = () => made.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  frames = [];
  onReset.mockReset();
  onEnded.mockReset();
  socket = new ConsoleSocket({
    url: 'ws://x',
    open: () => {
      made.push(new FakeSocket());
      return last() as unknown as WebSocket;
    },
    onFrame: (f) => frames.push(f),
    onReset,
    onEnded,
  });
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

const change = (seq: number) => ({ type: 'change', seq, event: { seq } });

function connect(reset = true, seq = 10) {
  last().open();
  last().say({ type: 'welcome', epoch: 'E', seq, reset });
}

describe('ConsoleSocket', () => {
  it('says hello without a number first, and is online when welcomed', () => {
    last().open();
    expect(last().sent).toEqual([{ type: 'hello' }]);
    expect(socket.link.get()).toBe('connecting');
    last().say({ type: 'welcome', epoch: 'E', seq: 10, reset: true });
    expect(socket.link.get()).toBe('online');
    expect(onReset).toHaveBeenCalledOnce();
  });

  it('resumes by the number of the last event, and does not reset then', () => {
    connect();
    last().say(change(11));
    last().say(change(14));
    last().fail();
    expect(socket.link.get()).toBe('offline');
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().sent[0]).toEqual({ type: 'hello', epoch: 'E', last: 14 });
    last().say({ type: 'welcome', epoch: 'E', seq: 20, reset: false });
    last().say(change(15));
    expect(onReset).toHaveBeenCalledOnce();
    expect(frames).toHaveLength(3);
    expect(socket.seq).toBe(15);
  });

  it('keeps up with the log by its pings, so that a quiet console resumes too', () => {
    connect();
    last().say({ type: 'pong', seq: 30_000 });
    last().say({ type: 'pong', seq: 7 });
    expect(socket.seq).toBe(30_000);
    last().fail();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().sent[0]).toEqual({ type: 'hello', epoch: 'E', last: 30_000 });
  });

  it('takes each number once', () => {
    connect();
    last().say(change(11));
    last().say(change(11));
    last().say(change(9));
    expect(frames).toHaveLength(1);
  });

  it('says again which thread is open and that the board is watched', () => {
    connect();
    socket.view('c1');
    const stop = socket.watchBoard();
    last().fail();
    vi.advanceTimersByTime(1000);
    connect(false);
    expect(last().sent.slice(1)).toEqual([{ type: 'view', conversation_id: 'c1' }, { type: 'board', on: true }]);
    stop();
    expect(last().sent.at(-1)).toEqual({ type: 'board', on: false });
  });

  it('pings, and gives up on a silent connection', () => {
    connect();
    vi.advanceTimersByTime(20_000);
    expect(last().sent.at(-1)).toEqual({ type: 'ping' });
    vi.advanceTimersByTime(30_000);
    expect(socket.link.get()).not.toBe('online');
  });

  it('does not come back after the session ended', () => {
    connect();
    last().fail(4401);
    expect(onEnded).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(60_000);
    expect(made).toHaveLength(1);
  });

  it('moves to another node within the time it was given', () => {
    connect();
    last().say({ type: 'move', within_ms: 3000 });
    expect(made).toHaveLength(1);
    vi.advanceTimersByTime(3000);
    expect(made).toHaveLength(2);
  });

  it('tries again at once when asked', () => {
    connect();
    last().fail();
    socket.retryNow();
    expect(made).toHaveLength(2);
  });
});

describe('backoff', () => {
  it('is at most a second while a restart may take, then grows to fifteen, with jitter', () => {
    expect(backoff(0, () => 0)).toBe(500);
    expect(backoff(7, () => 1)).toBe(1000);
    expect(backoff(10, () => 0)).toBe(2000);
    expect(backoff(10, () => 1)).toBe(4000);
    expect(backoff(30, () => 1)).toBe(15_000);
  });
});
