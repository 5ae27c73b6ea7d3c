import type { Attachment, Conversation, Session } from './types';

/** A refusal of the server, with its words where they are meant to be shown. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  /** The same again may work later. */
  get passing(): boolean {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

async function refusal(res: Response): Promise<Refusal> {
  let words = '';
  try {
    const body = (await res.json()) as { detail?: string; title?: string };
    words = body.detail ?? body.title ?? '';
  } catch {
    // not a problem document: the caller has words of its own
  }
  return new Refusal(res.status, words);
}

const TIMEOUT = 20_000;

export class Api {
  token = '';

  constructor(
    readonly base: string,
    readonly inbox: string,
  ) {}

  async #call(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const res = await fetch(this.base + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!res.ok) throw await refusal(res);
    return res;
  }

  get #path(): string {
    return `/widget/api/${encodeURIComponent(this.inbox)}`;
  }

  async session(about: Record<string, unknown>): Promise<Session> {
    return (await this.#call('POST', `${this.#path}/session`, about)).json() as Promise<Session>;
  }

  async #view(method: string, what: string, body?: unknown): Promise<Conversation | null> {
    return ((await (await this.#call(method, `${this.#path}/${what}`, body)).json()) as { conversation: Conversation | null }).conversation;
  }

  conversation(): Promise<Conversation | null> {
    return this.#view('GET', 'conversation');
  }

  instead(body: Record<string, unknown>): Promise<Conversation | null> {
    return this.#view('POST', 'instead', body);
  }

  async hook(body: Record<string, unknown>): Promise<void> {
    await this.#call('POST', `/webhooks/${encodeURIComponent(this.inbox)}`, body);
  }

  /** fetch cannot tell how far an upload is; XMLHttpRequest can. */
  upload(file: File, progress: (percent: number) => void, signal: AbortSignal): Promise<Attachment> {
    return new Promise((done, fail) => {
      const x = new XMLHttpRequest();
      x.open('POST', `${this.base}${this.#path}/files?name=${encodeURIComponent(file.name || 'image.png')}`);
      x.setRequestHeader('Authorization', `Bearer ${this.token}`);
      x.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
      x.responseType = 'json';
      x.upload.onprogress = (e) => e.lengthComputable && progress(Math.floor((e.loaded / e.total) * 100));
      x.onload = () => {
        const body = x.response as (Attachment & { detail?: string }) | null;
        if (x.status < 300 && body?.id) done({ ...body, kind: body.kind ?? '' });
        else fail(new Refusal(x.status, body?.detail ?? ''));
      };
      x.onerror = () => fail(new Error('network'));
      signal.addEventListener('abort', () => x.abort());
      x.send(file);
    });
  }
}
