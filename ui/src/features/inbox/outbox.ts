import type { QueryClient } from '@tanstack/react-query';
import { call, client, Problem, type Upload } from '@/api/client';
import { keys } from '@/api/keys';
import { reduceMessages, type Pages } from '@/api/reducers';
import type { Message } from '@/api/types';
import { storage } from '@/ui/storage';

/**
 * A message this browser has not handed over yet. Its id is made here and stays
 * through every retry and reload, so however often it is sent it arrives once.
 */
export interface Pending {
  id: string;
  conversationId: string;
  text: string;
  note: boolean;
  files: Upload[];
  at: number;
  /** The newest event when writing began; with hold, a colleague's answer since refuses it. */
  seenSeq: number;
  hold: boolean;
  state: 'waiting' | 'sending' | 'held' | 'refused';
  /** Why it was held or refused, in the server's words. */
  reason?: string;
}

export type OutboxStorage = Pick<Storage, 'getItem' | 'setItem'>;

export interface OutboxDeps {
  storage: OutboxStorage;
  owner: string;
  /** Hands one over; throws a Problem. */
  post: (p: Pending) => Promise<Message>;
  onSent: (m: Message) => void;
  /** Waits between tries, in ms for attempt n. */
  delay?: (attempt: number) => number;
}

const defaultDelay = (attempt: number) => Math.min(1000 * 2 ** attempt, 20_000) * (0.75 + Math.random() / 2);

/** Sends in order, one conversation at a time beside the others; keeps what could not go yet. */
export class Outbox {
  private items: Pending[];
  private readonly running = new Set<string>();
  private readonly wake = new Set<() => void>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly deps: OutboxDeps) {
    this.items = this.load();
  }

  private get key(): string {
    return `parley.outbox.${this.deps.owner}`;
  }

  private load(): Pending[] {
    try {
      const saved = JSON.parse(this.deps.storage.getItem(this.key) ?? '[]') as Pending[];
      return saved.map((p) => (p.state === 'sending' ? { ...p, state: 'waiting' } : p));
    } catch {
      return [];
    }
  }

  readonly get = (): Pending[] => this.items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private set(items: Pending[]): void {
    this.items = items;
    try {
      this.deps.storage.setItem(this.key, JSON.stringify(items));
    } catch {
      // Storage denied: it is sent from memory.
    }
    for (const listener of [...this.listeners]) listener();
  }

  private change(id: string, patch: Partial<Pending>): void {
    this.set(this.items.map((p) => (p.id === id ? { ...p, ...patch } : p)));
  }

  add(p: Omit<Pending, 'state'>): void {
    this.set([...this.items, { ...p, state: 'waiting' }]);
    void this.run(p.conversationId);
  }

  /** Sends a held or refused one after all. */
  retry(id: string): void {
    const p = this.items.find((item) => item.id === id);
    if (!p) return;
    this.change(id, { state: 'waiting', hold: false, reason: undefined });
    void this.run(p.conversationId);
  }

  discard(id: string): Pending | undefined {
    const p = this.items.find((item) => item.id === id);
    this.set(this.items.filter((item) => item.id !== id));
    if (p) void this.run(p.conversationId);
    return p;
  }

  /** The message was seen in the thread: it has arrived, whatever its own request says. */
  arrived(id: string): void {
    if (this.items.some((p) => p.id === id)) this.set(this.items.filter((p) => p.id !== id));
  }

  /** The network is back, or the page was opened again: try all that waits. */
  resume(): void {
    for (const wake of [...this.wake]) wake();
    for (const id of new Set(this.items.map((p) => p.conversationId))) void this.run(id);
  }

  private async run(conversationId: string): Promise<void> {
    if (this.running.has(conversationId)) return;
    this.running.add(conversationId);
    let attempt = 0;
    try {
      for (;;) {
        const next = this.items.find((p) => p.conversationId === conversationId);
        // What is held or refused blocks what was written after it: order matters to the reader.
        if (!next || (next.state !== 'waiting' && next.state !== 'sending')) return;
        const ok = await this.try(next);
        attempt = ok ? 0 : attempt + 1;
        if (!ok) await this.pause((this.deps.delay ?? defaultDelay)(attempt - 1));
      }
    } finally {
      this.running.delete(conversationId);
    }
  }

  /** False when it should be tried again. */
  private async try(p: Pending): Promise<boolean> {
    this.change(p.id, { state: 'sending' });
    try {
      const sent = await this.deps.post(p);
      this.deps.onSent(sent);
      this.arrived(p.id);
      return true;
    } catch (error) {
      const temporary = error instanceof Problem && (error.temporary || error.status === 429 || error.status === 401);
      if (temporary) {
        this.change(p.id, { state: 'waiting' });
        return false;
      }
      const held = error instanceof Problem && error.status === 409 && p.hold;
      this.change(p.id, { state: held ? 'held' : 'refused', reason: error instanceof Error ? error.message : String(error) });
      return true;
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.wake.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake.add(done);
    });
  }
}

export async function postMessage(p: Pending): Promise<Message> {
  return (await call(
    client.POST('/conversations/{id}/messages', {
      params: { path: { id: p.conversationId } },
      body: {
        id: p.id,
        text: p.text,
        note: p.note || undefined,
        attachments: p.files.length > 0 ? p.files.map((f) => f.id) : undefined,
        seen_seq: p.hold && p.seenSeq > 0 ? p.seenSeq : undefined,
        hold: p.hold && p.seenSeq > 0 ? true : undefined,
      },
    }),
  )) as Message;
}

const outboxes = new Map<string, Outbox>();

export function outboxOf(owner: string, cache: QueryClient): Outbox {
  let outbox = outboxes.get(owner);
  if (!outbox) {
    outbox = new Outbox({
      storage,
      owner,
      post: postMessage,
      onSent: (m) => cache.setQueryData<Pages<Message>>(keys.messages(m.conversation_id), (data) => reduceMessages(data, m)),
    });
    outboxes.set(owner, outbox);
  }
  return outbox;
}
