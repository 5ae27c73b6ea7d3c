import type { Page, Settings } from '../bridge';
import { Api, Refusal } from './api';
import { backoff } from './backoff';
import { addPending, dropPending, empty, isOpen, load, reduce, setPending, speaks, unreadOf, type Talk } from './reducer';
import { Link } from './socket';
import { openBox, type Box } from './storage';
import { joinTabs, type Tabs } from './tabs';
import type { Attachment, Frame, Inbox, Message, Pending } from './types';

export interface Snapshot {
  talk: Talk;
  inbox: Inbox | null;
  /** null before the first try. */
  up: boolean | null;
  downSince: number;
  /** The session could not be had: words of the server, or ''. */
  broken: string | null;
  skipped: string;
  sound: boolean;
}

const REFRESH = 8000;

/** A random UUID; crypto.randomUUID is missing on pages without TLS. */
const uuid = (): string =>
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (c) => (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+c / 4)))).toString(16));

/** The visitor's end of the protocol: session, socket, outbox, marks, other tabs. */
export class Client {
  now: Snapshot = { talk: empty, inbox: null, up: null, downSince: 0, broken: null, skipped: '', sound: true };
  page: Page = { url: '', title: '', referrer: '' };
  /** Told of each message of the company that is new. */
  onArrival: (m: Message) => void = () => undefined;

  readonly #api: Api;
  readonly #box: Box;
  readonly #link: Link;
  readonly #tabs: Tabs;
  readonly #listeners = new Set<() => void>();
  readonly #marked = new Set<string>();
  #settings: Pick<Settings, 'language' | 'user'> = { language: '', user: {} };
  #begun: Promise<void> | null = null;
  #flushing = false;
  #renewed = false;
  #tries = 0;
  #visible = false;
  #visitor = '';

  constructor(base: string, inbox: string) {
    this.#api = new Api(base, inbox);
    this.#box = openBox(`parley.${inbox}.`, () => localStorage);
    this.#tabs = joinTabs(`parley.${inbox}`, (news) => {
      if (news.type === 'skipped') this.#set({ skipped: news.conversation });
      // Where storage is blocked, each tab is a visitor of its own.
      else if (news.visitor === this.#visitor) this.#takePending(news.list as Pending[]);
    });
    this.#link = new Link({
      url: base.replace(/^http/, 'ws') + '/widget/ws',
      hello: () => ({ inbox, token: this.#api.token, last: this.now.talk.seq }),
      frame: (f) => this.#take(f),
      state: (up) => {
        this.#set(up ? { up, downSince: 0 } : { up, downSince: this.now.downSince || Date.now() });
        if (up) void this.#flush();
      },
      renew: () => this.#session(true),
    });
    this.now = { ...this.now, sound: this.#box.get('sound') !== 'off', skipped: this.#box.get('skipped') ?? '' };
    this.#takePending(this.#readOutbox());
    window.addEventListener('online', () => this.#link.nudge());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#link.nudge());
  }

  subscribe(f: () => void): () => void {
    this.#listeners.add(f);
    return () => this.#listeners.delete(f);
  }

  #set(change: Partial<Snapshot>): void {
    this.now = { ...this.now, ...change };
    for (const f of this.#listeners) f();
  }

  #setTalk(talk: Talk): void {
    if (talk !== this.now.talk) this.#set({ talk });
  }

  configure(settings: Pick<Settings, 'language' | 'user'>): void {
    this.#settings = settings;
  }

  /** Whether this visitor was here before: then the socket opens without being asked. */
  get known(): boolean {
    return this.#box.get('token') !== null;
  }

  get loud(): boolean {
    return this.now.sound && this.#tabs.leads();
  }

  begin(): Promise<void> {
    this.#begun ??= this.#session(false).then(
      () => this.#link.start(),
      (error: unknown) => {
        this.#set({ broken: error instanceof Refusal ? error.message : '' });
        this.#begun = null;
        if (!(error instanceof Refusal) || error.passing) setTimeout(() => void this.begin(), backoff(this.#tries++));
      },
    );
    return this.#begun;
  }

  /** One tab at a time, so that two that start together are one visitor. */
  #session(fresh: boolean): Promise<void> {
    return this.#tabs.alone('session', async () => {
      const { user, language } = this.#settings;
      this.#api.token = '';
      const got = await this.#api.session({
        token: this.#box.get('token') ?? undefined, // one that is no longer good begins a new visitor
        user_id: user.id,
        user_hash: user.hash,
        name: user.name,
        email: user.email,
        language,
        ...this.#where(),
      });
      this.#api.token = got.token;
      this.#visitor = got.visitor_id;
      this.#box.set('token', got.token);
      this.#tries = 0;
      const talk = fresh && this.now.talk.view ? this.now.talk : load(this.now.talk, got.conversation);
      this.#set({ inbox: got.inbox, broken: null, talk });
      this.#mark();
    });
  }

  #where() {
    const { url: page, title, referrer } = this.page;
    return { page, title, referrer };
  }

  #take(f: Frame): void {
    const before = this.now.talk;
    const known = new Set(before.view?.messages.map((m) => m.id));
    const after = reduce(before, f, Date.now());
    this.#setTalk(after);
    if (f.type === 'message' || f.type === 'welcome') {
      const fresh = (after.view?.messages ?? []).filter((m) => speaks(m) && !known.has(m.id) && m.status !== 'read');
      if (before.view || f.type === 'message') fresh.forEach((m) => this.onArrival(m));
      this.#saveOutbox();
      this.#mark();
    }
  }

  // --- sending ---

  send(text: string, files: Attachment[], fields?: Record<string, string>): void {
    const p: Pending = { id: uuid(), text, files, fields, at: new Date().toISOString(), state: 'sending' };
    this.#setTalk(addPending(this.now.talk, p));
    this.#saveOutbox();
    this.#tabs.post({ type: 'pending', visitor: this.#visitor, list: [p] });
    void this.begin().then(() => this.#flush());
  }

  retry(id: string): void {
    this.#setTalk(setPending(this.now.talk, id, { state: 'sending', error: undefined }));
    this.#saveOutbox();
    void this.#flush();
  }

  discard(id: string): void {
    this.#setTalk(dropPending(this.now.talk, id));
    this.#saveOutbox();
  }

  #readOutbox(): Pending[] {
    try {
      return JSON.parse(this.#box.get('outbox') ?? '[]') as Pending[];
    } catch {
      return [];
    }
  }

  #saveOutbox(): void {
    const list = this.now.talk.pending;
    this.#box.set('outbox', list.length ? JSON.stringify(list) : null);
  }

  #takePending(list: Pending[]): void {
    let talk = this.now.talk;
    for (const p of list) talk = addPending(talk, p);
    this.#setTalk(talk);
  }

  /** Sends what waits, in order. The same id again is the same message, so every doubt is answered by trying again. */
  async #flush(): Promise<void> {
    if (this.#flushing || !this.#api.token) return;
    this.#flushing = true;
    try {
      for (let p = this.#next(); p; p = this.#next()) {
        const { id, text, files, fields } = p;
        await this.#api.hook({
          type: 'message', id, text, attachments: files.map((f) => f.id),
          fields, ...this.#where(),
        });
        this.#tries = 0;
        this.#renewed = false;
        this.#setTalk(setPending(this.now.talk, id, { state: 'accepted' }));
        this.#watch(id);
      }
    } catch (error) {
      await this.#sendFailed(error);
    } finally {
      this.#flushing = false;
      this.#saveOutbox();
    }
  }

  #next(): Pending | undefined {
    return this.now.talk.pending.find((p) => p.state === 'sending');
  }

  async #sendFailed(error: unknown): Promise<void> {
    const refused = error instanceof Refusal ? error : null;
    if (refused && (refused.status === 401 || refused.status === 403) && !this.#renewed) {
      this.#renewed = true; // once: what is refused after that is refused for good
      await this.#session(true).catch(() => undefined);
    } else if (refused && !refused.passing) {
      const p = this.#next();
      if (p) this.#setTalk(setPending(this.now.talk, p.id, { state: 'failed', error: refused.message }));
    }
    if (this.#next()) setTimeout(() => void this.#flush(), backoff(this.#tries++));
  }

  /** What was accepted comes back on the socket; if not, the view is read. */
  #watch(id: string): void {
    setTimeout(() => {
      if (!this.now.talk.pending.some((p) => p.id === id)) return;
      this.#api.conversation().then(
        (view) => {
          if (view) this.#setTalk(load(this.now.talk, view));
          this.#saveOutbox();
        },
        () => undefined, // the socket's next welcome brings it
      );
    }, REFRESH);
  }

  typing(on: boolean): void {
    this.#link.send({ type: 'typing', on });
  }

  async leave(): Promise<void> {
    await this.#api.hook({ type: 'left' });
  }

  async instead(instead: string, to: string): Promise<void> {
    this.#setTalk(load(this.now.talk, await this.#api.instead({ instead, to })));
  }

  async rate(score: number, comment: string): Promise<void> {
    await this.#api.hook({ type: 'rating', score, comment });
    const view = this.now.talk.view;
    if (view) this.#setTalk({ ...this.now.talk, view: { ...view, rating: { ...view.rating, score, comment } } });
  }

  /** Skips rating this round of the conversation. */
  skip(): void {
    const key = this.roundKey;
    this.#box.set('skipped', key);
    this.#set({ skipped: key });
    this.#tabs.post({ type: 'skipped', conversation: key });
  }

  /** This round of the conversation: it lasts until the visitor writes again. */
  get roundKey(): string {
    const view = this.now.talk.view;
    return view ? `${view.id}:${view.messages.findLast((m) => m.direction === 'in')?.id ?? ''}` : '';
  }

  setSound(on: boolean): void {
    this.#box.set('sound', on ? null : 'off');
    this.#set({ sound: on });
  }

  upload(file: File, progress: (percent: number) => void, signal: AbortSignal): Promise<Attachment> {
    return this.begin().then(() => this.#api.upload(file, progress, signal));
  }

  // --- marks ---

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#mark();
  }

  /** Tells the server what reached the visitor, and what they have seen. */
  #mark(): void {
    if (!this.#api.token || (!isOpen(this.now.talk.view) && !this.#visible)) return;
    for (const m of unreadOf(this.now.talk)) {
      const what = this.#visible ? 'read' : 'delivered';
      const key = what + m.id;
      if (this.#marked.has(key) || (what === 'delivered' && m.status === 'delivered')) continue;
      this.#marked.add(key);
      this.#api.hook({ type: what, id: m.id }).catch(() => this.#marked.delete(key));
      if (what === 'read') this.#setTalk(reduce(this.now.talk, { type: 'message', seq: 0, message: { ...m, status: 'read' } }, Date.now()));
    }
  }
}
