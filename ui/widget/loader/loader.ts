// Puts the chat's launcher on a page. The panel behind it is a frame of
// Parley's own origin, made when somebody is about to use it, or at once when
// a conversation is open.
import { isReady, isToLoader, type Connect, type Page, type ToFrame } from '../bridge';
import { readOptions, wordsFor } from './options';
import { css } from './style';

const script = (document.currentScript ?? document.querySelector('script[data-inbox][src*="widget.js"]')) as HTMLScriptElement | null;
const SVG = 'http://www.w3.org/2000/svg';
const HANDSHAKE = 8000;
const AFTER_LOAD = 3000;

function start(script: HTMLScriptElement): void {
  const base = new URL('.', script.src);
  const opts = readOptions(script.dataset, document.documentElement.lang || navigator.language);
  const says = wordsFor(opts.language);
  const preferDark = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => (opts.theme === 'auto' ? preferDark.matches : opts.theme === 'dark');
  const talkKey = `parley.${opts.inbox}.talk`;
  const openKey = `parley.${opts.inbox}.open`;

  const host = document.createElement('parley-chat');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  const paint = () => sheet.replaceSync(css({ ...opts, dark: dark() }));
  paint();
  root.adoptedStyleSheets = [sheet];

  const panel = make('div', 'p');
  const skeleton = make('div', 's');
  skeleton.append(document.createElement('i'), document.createElement('u'), document.createElement('u'));
  skeleton.ariaHidden = 'true';
  panel.append(skeleton);
  const launcher = make('button', 'l') as HTMLButtonElement;
  launcher.type = 'button';
  launcher.append(
    icon('c', 'M12 3.5c5.2 0 9 3.4 9 7.8s-3.8 7.8-9 7.8c-1 0-2-.1-2.9-.4L4.6 20.6l.9-3.9C3.9 15.3 3 13.4 3 11.3c0-4.4 3.8-7.8 9-7.8zM8 11.3h.01M12 11.3h.01M16 11.3h.01'),
    icon('x', 'M6 9.5l6 6 6-6'),
  );
  const badge = make('span', 'b');
  launcher.append(badge);
  const note = make('div', 'n');
  note.setAttribute('role', 'status');
  root.append(panel, note, launcher);

  let frame: HTMLIFrameElement | null = null;
  let port: MessagePort | null = null;
  let open = false;
  let timer = 0;
  let unread = 0;

  function label(): void {
    launcher.setAttribute('aria-expanded', String(open));
    launcher.setAttribute('aria-label', (open ? says.close : says.open) + (unread && !open ? ` (${unread})` : ''));
    badge.textContent = unread && !open ? (unread > 99 ? '99+' : String(unread)) : '';
    panel.classList.toggle('o', open);
    panel.classList.toggle('r', port !== null);
    panel.toggleAttribute('inert', !open);
  }

  const page = (): Page => ({ url: location.href, title: document.title, referrer: document.referrer });
  const tell = (message: ToFrame) => port?.postMessage(message);

  function mount(): void {
    if (frame) return;
    note.textContent = '';
    frame = document.createElement('iframe');
    frame.title = says.title;
    const address = new URL('widget/frame', base);
    address.searchParams.set('inbox', opts.inbox);
    address.searchParams.set('origin', location.origin);
    frame.src = address.href;
    frame.addEventListener('load', () => expect(AFTER_LOAD));
    panel.append(frame);
    expect(HANDSHAKE);
  }

  // A frame that does not speak in time is blocked or broken: it is taken away
  // so that it can take no clicks from the page.
  function expect(within: number): void {
    clearTimeout(timer);
    if (port) return;
    timer = window.setTimeout(() => {
      if (open) note.textContent = says.failed;
      drop();
    }, within);
  }

  function drop(): void {
    const focused = open && root.activeElement === frame;
    port?.close();
    frame?.remove();
    frame = port = null;
    open = false;
    label();
    if (focused) launcher.focus();
  }

  function setOpen(to: boolean, byHand: boolean): void {
    open = to;
    if (to) mount();
    note.textContent = '';
    label();
    keep(() => sessionStorage, openKey, to);
    if (to) {
      if (byHand) frame?.focus();
      tell({ type: 'open', focus: byHand });
    } else {
      tell({ type: 'closed' });
      if (byHand) launcher.focus();
    }
  }

  window.addEventListener('message', (e) => {
    if (!frame || e.source !== frame.contentWindow || e.origin !== base.origin || !isReady(e.data)) return;
    clearTimeout(timer);
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = (m) => hear(m.data);
    const hello: Connect = {
      parley: 1,
      type: 'connect',
      settings: { color: opts.color, ink: opts.ink, language: opts.language, dark: dark(), user: opts.user, page: page() },
    };
    frame.contentWindow!.postMessage(hello, base.origin, [channel.port2]);
    label();
    if (open) tell({ type: 'open', focus: root.activeElement === frame });
  });

  function hear(message: unknown): void {
    if (!isToLoader(message)) return;
    switch (message.type) {
      case 'unread':
        unread = message.count;
        label();
        break;
      case 'close':
        setOpen(false, true);
        break;
      case 'talk':
        keep(() => localStorage, talkKey, message.open);
    }
  }

  launcher.addEventListener('pointerenter', mount);
  launcher.addEventListener('focus', mount);
  launcher.addEventListener('click', () => setOpen(!open, true));
  root.addEventListener('keydown', (e) => {
    if ((e as KeyboardEvent).key === 'Escape' && open) setOpen(false, true);
  });
  preferDark.addEventListener('change', () => {
    paint();
    tell({ type: 'scheme', dark: dark() });
  });
  const moved = () => tell({ type: 'page', page: page() });
  for (const what of ['popstate', 'hashchange', 'focus']) window.addEventListener(what, moved);
  (window as { navigation?: EventTarget }).navigation?.addEventListener('navigatesuccess', moved);

  label();
  // Beside the body: what a page does to its body, and frameworks that replace it, leave the chat alone.
  document.documentElement.append(host);
  if (kept(() => sessionStorage, openKey)) setOpen(true, false);
  else if (kept(() => localStorage, talkKey)) mount();
  (window as { Parley?: unknown }).Parley = { open: () => setOpen(true, true), close: () => setOpen(false, false) };
}

function make(tag: string, name: string): HTMLElement {
  const e = document.createElement(tag);
  e.className = name;
  return e;
}

function icon(name: string, path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', name);
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const p = document.createElementNS(SVG, 'path');
  for (const [k, v] of Object.entries({ d: path, fill: 'none', stroke: 'currentColor', 'stroke-width': '2', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' })) p.setAttribute(k, v);
  svg.append(p);
  return svg;
}

// Storage may be denied: then the panel is just not remembered.
function keep(storage: () => Storage, key: string, on: boolean): void {
  try {
    if (on) storage().setItem(key, '1');
    else storage().removeItem(key);
  } catch {
    // denied
  }
}

function kept(storage: () => Storage, key: string): boolean {
  try {
    return storage().getItem(key) !== null;
  } catch {
    return false;
  }
}

if (script?.dataset.inbox && !document.querySelector('parley-chat')) {
  if (document.body) start(script);
  else document.addEventListener('DOMContentLoaded', () => start(script));
}
