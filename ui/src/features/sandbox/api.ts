import { problemOf } from '@/api/client';
import type { App, Customers, Faults, Media, SandboxState } from './types';

const base = '/sandbox/api';

async function call<T>(method: string, path: string, body?: BodyInit, type = 'application/json'): Promise<T> {
  const res = await fetch(base + path, { method, body: body ?? null, headers: body === undefined ? {} : { 'Content-Type': type }, keepalive: path === '/open' });
  const text = await res.text();
  const value: unknown = text && (res.headers.get('Content-Type') ?? '').includes('json') ? JSON.parse(text) : null;
  if (!res.ok) throw problemOf(res.status, value);
  return value as T;
}

const post = <T>(path: string, body: unknown, method = 'POST') => call<T>(method, path, JSON.stringify(body));

export const readState = () => call<SandboxState>('GET', '/state');
export const send = (app: App, from: string, text: string, media: string[]) => post<unknown>('/send', { app, from, text, media });
export const open = (app: App | '', phone: string) => post<unknown>('/open', { app, phone });
export const setFaults = (change: Partial<Faults>) => post<Faults>('/faults', change, 'PUT');
export const setCustomers = (running: boolean, perMinute: number) => post<Customers>('/customers', { running, per_minute: perMinute });
export const upload = (file: File) =>
  call<Media>('POST', `/media?name=${encodeURIComponent(file.name || 'image.png')}`, file, file.type || 'application/octet-stream');
export const mediaUrl = (id: string) => `/sandbox/media/${id}`;
export const liveUrl = `${base}/live`;
