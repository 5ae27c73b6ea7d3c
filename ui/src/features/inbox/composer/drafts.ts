import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Upload } from '@/api/client';
import { storage, type SafeStorage } from '@/ui/storage';

export type Mode = 'reply' | 'note';

export interface Draft {
  text: string;
  files: Upload[];
  /** The newest event when the first character was written, to notice that the thread moved since. */
  startedSeq: number;
  startedAt: number;
}

export const emptyDraft: Draft = { text: '', files: [], startedSeq: 0, startedAt: 0 };

export const isEmpty = (d: Draft) => d.text === '' && d.files.length === 0;

const saveAfter = 300;

/**
 * Drafts by conversation and mode: in memory at once, in the browser's storage
 * soon after, and surely when flushed (on pagehide).
 */
export class DraftStore {
  private readonly memory = new Map<string, Draft>();
  private readonly unsaved = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly storage: SafeStorage, private readonly owner: string) {}

  private key(conversationId: string, mode: Mode): string {
    return `parley.draft.${this.owner}.${conversationId}.${mode}`;
  }

  get(conversationId: string, mode: Mode): Draft {
    const key = this.key(conversationId, mode);
    let draft = this.memory.get(key);
    if (!draft) {
      draft = this.load(key);
      this.memory.set(key, draft);
    }
    return draft;
  }

  /** The text of an unsent reply, for the list's row. */
  snippet(conversationId: string): string {
    return this.get(conversationId, 'reply').text.trim() || this.get(conversationId, 'note').text.trim();
  }

  set(conversationId: string, mode: Mode, change: Partial<Pick<Draft, 'text' | 'files'>>, seq: number, now = Date.now()): void {
    const old = this.get(conversationId, mode);
    const next = { ...old, ...change };
    if (isEmpty(next)) {
      next.startedSeq = 0;
      next.startedAt = 0;
    } else if (isEmpty(old)) {
      next.startedSeq = seq;
      next.startedAt = now;
    }
    this.put(this.key(conversationId, mode), next);
  }

  clear(conversationId: string, mode: Mode): void {
    this.put(this.key(conversationId, mode), emptyDraft);
  }

  private put(key: string, draft: Draft): void {
    this.memory.set(key, draft);
    this.unsaved.add(key);
    this.timer ??= setTimeout(() => this.flush(), saveAfter);
    for (const listener of [...this.listeners]) listener();
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const key of this.unsaved) {
      const draft = this.memory.get(key) ?? emptyDraft;
      try {
        if (isEmpty(draft)) this.storage.removeItem(key);
        else this.storage.setItem(key, JSON.stringify(draft));
      } catch {
        // Storage full or denied: the draft stays in memory.
      }
    }
    this.unsaved.clear();
  }

  private load(key: string): Draft {
    try {
      const saved = JSON.parse(this.storage.getItem(key) ?? 'null') as Partial<Draft> | null;
      return saved ? { ...emptyDraft, ...saved } : emptyDraft;
    } catch {
      return emptyDraft;
    }
  }

  /** Another tab wrote it. */
  readonly changedElsewhere = (key: string | null): void => {
    if (!key?.startsWith(`parley.draft.${this.owner}.`) || this.unsaved.has(key)) return;
    this.memory.delete(key);
    for (const listener of [...this.listeners]) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

const stores = new Map<string, DraftStore>();

export function draftsOf(owner: string): DraftStore {
  let store = stores.get(owner);
  if (!store) {
    store = new DraftStore(storage, owner);
    stores.set(owner, store);
  }
  return store;
}

export function useDraft(store: DraftStore, conversationId: string, mode: Mode): Draft {
  return useSyncExternalStore(store.subscribe, () => store.get(conversationId, mode));
}

export function useDraftSnippet(store: DraftStore, conversationId: string): string {
  return useSyncExternalStore(store.subscribe, () => store.snippet(conversationId));
}

/** Saves on leaving the page and follows other tabs; once in the page. */
export function useDraftKeeping(owner: string): DraftStore {
  const store = useMemo(() => draftsOf(owner), [owner]);
  useEffect(() => {
    const save = () => store.flush();
    const hidden = () => document.visibilityState === 'hidden' && store.flush();
    const elsewhere = (e: StorageEvent) => store.changedElsewhere(e.key);
    window.addEventListener('pagehide', save);
    document.addEventListener('visibilitychange', hidden);
    window.addEventListener('storage', elsewhere);
    return () => {
      save();
      window.removeEventListener('pagehide', save);
      document.removeEventListener('visibilitychange', hidden);
      window.removeEventListener('storage', elsewhere);
    };
  }, [store]);
  return store;
}
