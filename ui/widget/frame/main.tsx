import { render } from 'preact';
import './frame.css';
import { isConnect, isToFrame, type Ready, type Settings, type ToLoader } from '../bridge';
import { App } from './App';
import { Client } from './client';
import { Host } from './host';
import { chooseLanguage, directionOf, loadWords } from './words';

const query = new URLSearchParams(location.search);
const root = document.documentElement;
const client = new Client(location.origin + location.pathname.replace(/\/widget\/frame$/, ''), query.get('inbox') ?? '');
const alone = window.parent === window;
const host = new Host();

function look({ color, ink, dark }: Pick<Settings, 'color' | 'ink' | 'dark'>): void {
  root.style.setProperty('--accent', color);
  root.style.setProperty('--on-accent', ink);
  root.dataset.scheme = dark ? 'dark' : 'light';
}

async function show(language: string): Promise<void> {
  const chosen = chooseLanguage([language, ...navigator.languages]);
  root.lang = chosen;
  root.dir = directionOf(language);
  const t = await loadWords(chosen);
  // The visitor's own way to write times, where they read this language.
  const locale = navigator.languages.find((l) => l.startsWith(chosen)) ?? chosen;
  document.title = t.log;
  render(<App client={client} host={host} t={t} language={locale} alone={alone} />, document.getElementById('app')!);
}

function begin(settings: Settings): void {
  look(settings);
  client.configure({ language: settings.language.slice(0, 2).toLowerCase(), user: settings.user });
  client.page = settings.page;
  void show(settings.language);
  if (client.known) void client.begin();
}

function connect(port: MessagePort): void {
  host.tell = (message: ToLoader) => port.postMessage(message);
  port.onmessage = (e) => {
    const m: unknown = e.data;
    if (!isToFrame(m)) return;
    switch (m.type) {
      case 'open':
        void client.begin();
        host.setOpen(true, m.focus);
        break;
      case 'closed':
        host.setOpen(false, false);
        break;
      case 'page':
        client.page = m.page;
        break;
      case 'scheme':
        root.dataset.scheme = m.dark ? 'dark' : 'light';
    }
  };
}

if (alone) {
  // Opened as a page of its own, by a link.
  const language = query.get('language') ?? navigator.language;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  begin({ color: '#0b5d6e', ink: '#fff', language, dark, user: {}, page: { url: location.href, title: '', referrer: document.referrer } });
  void client.begin();
  host.setOpen(true, true);
} else {
  const parent = query.get('origin') ?? '';
  const listen = (e: MessageEvent) => {
    if (e.source !== window.parent || e.origin !== parent || !isConnect(e.data) || !e.ports[0]) return;
    window.removeEventListener('message', listen);
    connect(e.ports[0]);
    begin(e.data.settings);
  };
  window.addEventListener('message', listen);
  const ready: Ready = { parley: 1, type: 'ready' };
  // A page without an origin (a local file) cannot be named; the greeting holds nothing secret.
  window.parent.postMessage(ready, parent === 'null' || !parent ? '*' : parent);
}
