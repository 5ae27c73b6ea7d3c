// What the page's loader and the frame say to each other. Both sides check
// origin and source of the one window message each takes; everything after it
// goes over a private MessageChannel, and is still checked for its form.

export interface Page {
  url: string;
  title: string;
  referrer: string;
}

export interface Settings {
  color: string; // #rrggbb
  ink: string; // what is read on it
  language: string;
  dark: boolean;
  user: { id?: string; hash?: string; name?: string; email?: string };
  page: Page;
}

/** From the frame to the loader, before there is a channel. */
export interface Ready {
  parley: 1;
  type: 'ready';
}

/** From the loader to the frame, with the channel's port. */
export interface Connect {
  parley: 1;
  type: 'connect';
  settings: Settings;
}

export type ToFrame = { type: 'open'; focus: boolean } | { type: 'closed' } | { type: 'page'; page: Page } | { type: 'scheme'; dark: boolean };

export type ToLoader = { type: 'unread'; count: number } | { type: 'close' } | { type: 'talk'; open: boolean };

/** Properties with their types. */
export type Shape = Record<string, 'string' | 'number' | 'boolean' | 'object'>;

/** Whether v is an object that has these properties of these types. */
export function has(v: unknown, shape: Shape): boolean {
  return typeof v === 'object' && v !== null && Object.keys(shape).every((k) => (v as never)[k] !== null && typeof (v as never)[k] === shape[k]);
}

const PAGE: Shape = { url: 'string', title: 'string', referrer: 'string' };
const SETTINGS: Shape = { color: 'string', ink: 'string', language: 'string', dark: 'boolean', user: 'object', page: 'object' };
const TO_FRAME: Record<string, Shape> = { open: { focus: 'boolean' }, closed: {}, page: { page: 'object' }, scheme: { dark: 'boolean' } };
const TO_LOADER: Record<string, Shape> = { unread: { count: 'number' }, close: {}, talk: { open: 'boolean' } };

const hello = (v: unknown, type: string): boolean => has(v, { parley: 'number', type: 'string' }) && (v as Ready).parley === 1 && (v as { type: string }).type === type;

/** Whether v is an object of one of these kinds, by its type. */
export function known(v: unknown, kinds: Record<string, Shape>): boolean {
  if (!has(v, { type: 'string' })) return false;
  const { type } = v as { type: string };
  return Object.hasOwn(kinds, type) && has(v, kinds[type]!);
}

export const isReady = (v: unknown): v is Ready => hello(v, 'ready');

export const isConnect = (v: unknown): v is Connect =>
  hello(v, 'connect') && has((v as Connect).settings, SETTINGS) && has((v as Connect).settings.page, PAGE);

export const isToFrame = (v: unknown): v is ToFrame =>
  known(v, TO_FRAME) && ((v as ToFrame).type !== 'page' || has((v as { page: unknown }).page, PAGE));

export const isToLoader = (v: unknown): v is ToLoader => known(v, TO_LOADER);
