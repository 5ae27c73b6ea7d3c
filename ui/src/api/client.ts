import createClient from 'openapi-fetch';
import { learnClock } from './clock';
import { createStore } from './store';
import type { paths } from './schema';

/** What went wrong, in words for people: RFC 9457 problem details, or no answer at all (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly fields: { field: string; message: string }[];

  constructor(status: number, title: string, detail: string, fields: { field: string; message: string }[] = []) {
    super(detail || title);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.fields = fields;
  }

  /** The server or the network was away; the same request may work later. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Whether the server's parts (database, Redis) answer. Fed by 503 problems, cleared by the next success. */
export const health = createStore<{ down: boolean; detail: string }>({ down: false, detail: '' });

/** Rises each time the server says that nobody is logged in. */
export const sessionEnded = createStore(0);

export const client = createClient<paths>({ baseUrl: '/api/v1', credentials: 'same-origin' });

client.use({
  onResponse({ response, schemaPath }) {
    learnClock(response.headers.get('Date'));
    if (response.status === 401 && schemaPath !== '/session') sessionEnded.set((n) => n + 1);
    if (response.status === 503) {
      void response.clone().json().then(
        (body: { detail?: string }) => health.set({ down: true, detail: body.detail ?? '' }),
        () => health.set({ down: true, detail: '' }),
      );
    } else if (response.ok && health.get().down) {
      health.set({ down: false, detail: '' });
    }
  },
});

interface ProblemBody {
  title?: string;
  detail?: string;
  errors?: { location?: string; message?: string }[] | null;
}

export function problemOf(status: number, body: unknown): Problem {
  const p = (typeof body === 'object' && body !== null ? body : {}) as ProblemBody;
  const fields = (p.errors ?? []).map((e) => ({
    field: (e.location ?? '').replace(/^body\./, ''),
    message: e.message ?? '',
  }));
  const detail = fields.length > 0 && !p.detail ? fields.map((f) => `${f.field}: ${f.message}`).join('; ') : p.detail;
  return new Problem(status, p.title ?? `HTTP ${status}`, detail ?? '', fields);
}

/** Words for any thrown thing, safe to show. */
export function wordsOf(error: unknown): string {
  if (error instanceof Problem) {
    const named = error.fields.filter((f) => f.message).map((f) => (f.field ? `${f.field}: ${f.message}` : f.message));
    return named.length > 0 ? named.join('; ') : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The data of an openapi-fetch answer, or a thrown Problem. */
export async function call<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let result;
  try {
    result = await answer;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem(0, 'No connection', 'Parley cannot be reached. Check the network; nothing is lost, try again.');
  }
  if (result.error !== undefined || !result.response.ok) throw problemOf(result.response.status, result.error);
  return result.data as T;
}

export interface Upload {
  id: string;
  name: string;
  type: string;
  size: number;
  url: string;
}

/** Sends a file; progress is the share done, 0–1. */
export function upload(file: File, options: { onProgress?: (share: number) => void; signal?: AbortSignal } = {}): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/uploads?name=${encodeURIComponent(file.name || 'file')}`);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = (e) => e.lengthComputable && options.onProgress?.(e.loaded / e.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as Upload);
      else reject(problemOf(request.status, request.response));
    };
    request.onerror = () => reject(new Problem(0, 'No connection', 'The file did not arrive. Check the network and try again.'));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    options.signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** Where the bytes of a stored attachment are. */
export function attachmentURL(a: { id: string; name: string; url?: string }): string {
  return a.url || `/api/v1/files/${a.id}/${encodeURIComponent(a.name || 'file')}`;
}
