import type { ClientFrame, ServerFrame } from './frames';
import { createStore } from './store';

export type Link = 'connecting' | 'online' | 'offline';

const pingEvery = 20_000;
const silentFor = 45_000;
const firstDelay = 1000;
const longestDelay = 15_000;
/** A restart takes some seconds: agents ask often that long, to be back before their customers. */
const eager = 8;

/** How long to wait before attempt n (from 0): the upper half of a second, later doubling up to a limit. */
export function backoff(attempt: number, random = Math.random): number {
  const ceiling = Math.min(longestDelay, firstDelay * 2 ** Math.max(0, attempt - eager));
  return ceiling * (0.5 + 0.5 * random());
}

export interface SocketDeps {
  url: string;
  open: (url: string) => WebSocket;
  /** Every frame but welcome and pong, in order. */
  onFrame: (frame: ServerFrame) => void;
  /** The gap could not be filled: read the lists again. */
  onReset: () => void;
  /** The session ended: log in again. */
  onEnded: () => void;
}

/**
 * The console's socket: one connection that keeps itself up, resumes by number
 * and says again what the server has to know (open thread, board on).
 */
export class ConsoleSocket {
  readonly link = createStore<Link>('connecting');
  /** Since when it has not been online (ms); 0 while it is. */
  readonly downSince = createStore<number>(Date.now());

  private ws: WebSocket | null = null;
  private epoch = '';
  private last = 0;
  private attempt = 0;
  private heard = 0;
  private stopped = true;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setInterval> | undefined;
  private viewing = '';
  private boards = 0;

  constructor(private readonly deps: SocketDeps) {}

  /** Number of the newest event seen. */
  get seq(): number {
    return this.last;
  }

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    document.addEventListener('visibilitychange', this.onVisible);
    window.addEventListener('online', this.onNetwork);
    window.addEventListener('offline', this.onNetworkLost);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener('visibilitychange', this.onVisible);
    window.removeEventListener('online', this.onNetwork);
    window.removeEventListener('offline', this.onNetworkLost);
    clearTimeout(this.timer);
    this.drop();
    this.epoch = '';
    this.last = 0;
  }

  /** Which thread is open; empty for none. */
  view(conversationId: string): void {
    if (this.viewing === conversationId) return;
    this.viewing = conversationId;
    this.send({ type: 'view', conversation_id: conversationId });
  }

  typing(conversationId: string, on: boolean): void {
    this.send({ type: 'typing', conversation_id: conversationId, on });
  }

  /** Asks for the live board until the returned function is called. */
  watchBoard(): () => void {
    if (++this.boards === 1) this.send({ type: 'board', on: true });
    let done = false;
    return () => {
      if (done) return;
      done = true;
      if (--this.boards === 0) this.send({ type: 'board', on: false });
    };
  }

  /** Try now instead of at the end of the wait. */
  retryNow(): void {
    if (this.stopped || this.link.get() === 'online') return;
    this.attempt = 0;
    this.connect();
  }

  private send(frame: ClientFrame): void {
    if (this.ws?.readyState === 1 && this.link.get() === 'online') this.ws.send(JSON.stringify(frame));
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.drop();
    if (this.link.get() === 'online') this.setDown();
    this.link.set('connecting');
    let ws: WebSocket;
    try {
      ws = this.deps.open(this.deps.url);
    } catch {
      this.later();
      return;
    }
    this.ws = ws;
    this.heard = Date.now();
    ws.onopen = () => {
      const hello: ClientFrame = this.epoch ? { type: 'hello', epoch: this.epoch, last: this.last } : { type: 'hello' };
      ws.send(JSON.stringify(hello));
    };
    ws.onmessage = (e) => {
      if (ws === this.ws) this.receive(String(e.data));
    };
    ws.onclose = (e) => {
      if (ws === this.ws) this.closed(e.code);
    };
    this.pinger = setInterval(() => this.beat(), pingEvery / 4);
  }

  private lastPing = 0;

  private beat(): void {
    const now = Date.now();
    if (now - this.heard > silentFor) {
      this.closed(0);
      return;
    }
    if (now - this.lastPing >= pingEvery) {
      this.lastPing = now;
      this.send({ type: 'ping' });
    }
  }

  private receive(data: string): void {
    this.heard = Date.now();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(data) as ServerFrame;
    } catch {
      return;
    }
    switch (frame.type) {
      case 'welcome':
        this.welcome(frame);
        return;
      case 'pong':
        // All up to that number has been sent, though it was none of our business.
        this.last = Math.max(this.last, frame.seq ?? 0);
        return;
      case 'move':
        this.closeSoon(Math.random() * frame.within_ms);
        return;
      case 'change':
        // Each number comes once; one already seen has had its effect.
        if (frame.seq <= this.last) return;
        this.last = frame.seq;
        break;
    }
    this.deps.onFrame(frame);
  }

  private welcome(frame: { epoch: string; seq: number; reset: boolean }): void {
    const fresh = this.epoch === '';
    this.epoch = frame.epoch;
    if (frame.reset) this.last = frame.seq;
    this.attempt = 0;
    this.link.set('online');
    this.downSince.set(0);
    this.lastPing = Date.now();
    if (this.viewing) this.send({ type: 'view', conversation_id: this.viewing });
    if (this.boards > 0) this.send({ type: 'board', on: true });
    if (frame.reset || fresh) this.deps.onReset();
  }

  private closed(code: number): void {
    this.drop();
    if (this.stopped) return;
    this.setDown();
    if (code === 4401) {
      this.link.set('offline');
      this.deps.onEnded();
      return;
    }
    this.later();
  }

  private later(): void {
    this.link.set('offline');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), backoff(this.attempt++));
  }

  private closeSoon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), ms);
  }

  private setDown(): void {
    if (this.downSince.get() === 0) this.downSince.set(Date.now());
  }

  private drop(): void {
    clearInterval(this.pinger);
    const ws = this.ws;
    this.ws = null;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = null;
    if (ws.readyState <= 1) ws.close();
  }

  // A laptop that slept has a dead socket that looks alive: ask.
  private readonly onVisible = () => {
    if (document.visibilityState !== 'visible') return;
    if (this.link.get() !== 'online') {
      this.retryNow();
      return;
    }
    this.probe();
  };

  private readonly onNetwork = () => this.retryNow();

  private readonly onNetworkLost = () => this.probe();

  private probe(): void {
    const asked = Date.now();
    this.lastPing = asked;
    this.send({ type: 'ping' });
    setTimeout(() => {
      if (!this.stopped && this.link.get() === 'online' && this.heard < asked) this.connect();
    }, 3000);
  }
}
