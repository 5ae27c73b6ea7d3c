import { backoff, moveDelay } from './backoff';
import { parseFrame, type Frame } from './types';

export const PING = 20_000;
export const SILENT = 45_000;
const TOKEN_OVER = 4401;

export interface LinkOptions {
  url: string;
  hello: () => Record<string, unknown>;
  frame: (f: Frame) => void;
  state: (up: boolean) => void;
  /** The token is no longer good: resolves once there is another. */
  renew: () => Promise<void>;
  make?: (url: string) => WebSocket;
}

/** A socket that is always there again: hello with the newest number, jittered pauses, pings. */
export class Link {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #again = 0;
  #pings = 0;
  #heard = 0;
  #stopped = true;

  constructor(private readonly o: LinkOptions) {}

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#again);
    this.#drop();
  }

  /** The page is seen again or the network is back: do not wait out the pause, and do not trust an old socket. */
  nudge(): void {
    if (this.#stopped) return;
    if (!this.#socket) {
      clearTimeout(this.#again);
      this.#attempt = 0;
      this.#connect();
    } else if (this.#socket.readyState === WebSocket.OPEN) {
      this.send({ type: 'ping' });
      const asked = Date.now();
      setTimeout(() => this.#heard < asked && this.#lost(0), 4000);
    }
  }

  send(frame: Record<string, unknown>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #connect(): void {
    const socket = (this.o.make ?? ((url) => new WebSocket(url)))(this.o.url);
    this.#socket = socket;
    this.#heard = Date.now();
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'hello', ...this.o.hello() }));
      this.#pings = window.setInterval(() => this.#ping(), PING);
    };
    socket.onmessage = (e) => {
      this.#heard = Date.now();
      const f = parseFrame(e.data);
      if (!f) return;
      if (f.type === 'welcome') {
        this.#attempt = 0;
        this.o.frame(f);
        this.o.state(true);
      } else if (f.type === 'move') {
        this.#lost(moveDelay(f.within_ms));
      } else {
        this.o.frame(f);
      }
    };
    socket.onclose = (e) => {
      if (this.#socket !== socket) return;
      if (e.code !== TOKEN_OVER) return this.#lost();
      this.#drop();
      this.o.renew().then(
        () => this.#lost(0),
        () => this.#lost(),
      );
    };
  }

  #ping(): void {
    if (Date.now() - this.#heard > SILENT) this.#lost(0);
    else this.send({ type: 'ping' });
  }

  #drop(): void {
    clearInterval(this.#pings);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  #lost(wait = backoff(this.#attempt++)): void {
    this.#drop();
    if (this.#stopped) return;
    this.o.state(false);
    clearTimeout(this.#again);
    this.#again = window.setTimeout(() => this.#connect(), wait);
  }
}
