import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import type { BrowserContext, BrowserContextOptions, FrameLocator, Locator, Page } from '@playwright/test';
import { expect, logIn, test as base } from './fixtures';

/** A site of somebody else's: its own origin, pages written by the test. */
interface Site {
  page(body: string, headers?: Record<string, string>): string;
  tag: string;
}

const test = base.extend<{ site: Site; visit: (url: string, options?: BrowserContextOptions) => Promise<Visit> }>({
  site: async ({ node }, give) => {
    const pages = new Map<string, { body: string; headers: Record<string, string> }>();
    const server = createServer((req, res) => {
      const found = pages.get(req.url ?? '');
      res.writeHead(found ? 200 : 204, { 'Content-Type': 'text/html', ...found?.headers });
      res.end(found?.body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await give({
      tag: `<script src="${node.url}/widget.js" data-inbox="demo-webchat" async></script>`,
      page(body, headers = {}) {
        const path = `/${pages.size}`;
        pages.set(path, { body: `<!doctype html><html lang="en"><title>Host</title>${body}`, headers });
        return origin + path;
      },
    });
    server.close();
  },
  visit: async ({ browser }, give) => {
    const contexts: BrowserContext[] = [];
    await give(async (url, options) => {
      const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, locale: 'en-GB', ...options });
      contexts.push(context);
      return new Visit(await context.newPage(), url);
    });
    await Promise.all(contexts.map((c) => c.close()));
  },
});

class Visit {
  readonly launcher: Locator;
  readonly panel: FrameLocator;
  readonly field: Locator;
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    readonly url: string,
  ) {
    this.launcher = page.locator('parley-chat button');
    this.panel = page.frameLocator('parley-chat iframe');
    this.field = this.panel.getByPlaceholder(/./);
    page.on('console', (m) => m.type() === 'error' && this.errors.push(m.text()));
    page.on('pageerror', (e) => this.errors.push(e.message));
  }

  async go(): Promise<this> {
    await this.page.goto(this.url);
    return this;
  }

  async open(): Promise<this> {
    await this.go();
    await this.launcher.click();
    await expect(this.field).toBeFocused();
    return this;
  }

  async write(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
    await expect(this.panel.getByText(text)).toBeVisible();
  }

  /** Where the panel is, once it has come to rest. */
  box = async () => {
    const b = await this.page.locator('parley-chat iframe').boundingBox();
    return b && { x: Math.round(b.x), y: Math.round(b.y), width: Math.round(b.width), height: Math.round(b.height) };
  };

  focused = () => this.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.className ?? document.activeElement?.tagName);
}

test('the host page neither waits nor shifts, and loads little before intent', async ({ node, site, visit }) => {
  const v = await visit(site.page(`<h1>Host</h1>${site.tag}`));
  await v.page.addInitScript(() => {
    const seen = { shift: 0, blocked: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((l) => l.getEntries().forEach((e) => (seen.shift += (e as unknown as { value: number }).value))).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((l) => l.getEntries().forEach((e) => (seen.blocked += Math.max(0, e.duration - 50)))).observe({ type: 'longtask', buffered: true });
  });
  const loaded: Record<string, number> = {};
  v.page.on('response', (r) => r.url().startsWith(node.url) && (loaded[new URL(r.url()).pathname] = Number(r.headers()['content-length'])));
  await v.go();
  await expect(v.launcher).toBeVisible();
  expect(Object.keys(loaded)).toEqual(['/widget.js']);
  expect(loaded['/widget.js']).toBeLessThanOrEqual(5000);
  await v.launcher.click();
  await expect(v.field).toBeFocused();
  const seen = (await v.page.evaluate('seen')) as { shift: number; blocked: number };
  expect(seen.shift).toBe(0);
  expect(seen.blocked).toBeLessThanOrEqual(50);
});

test('a strict content security policy has nothing to refuse', async ({ node, site, visit }) => {
  const v = await visit(
    site.page(`<h1>Host</h1>${site.tag}`, { 'Content-Security-Policy': `default-src 'none'; script-src ${node.url}; frame-src ${node.url}; require-trusted-types-for 'script'` }),
  );
  await v.open();
  await v.write('strict');
  expect(v.errors).toEqual([]);
});

test('messages forged by another frame are ignored', async ({ site, visit }) => {
  const forged = `<iframe srcdoc="<script>setInterval(() => {
    parent.postMessage({parley: 1, type: 'ready'}, '*');
    for (let i = 0; i < parent.frames.length; i++) parent.frames[i].postMessage({parley: 1, type: 'connect', settings: {color: '#ff0000', ink: '#000', language: 'it', dark: true, user: {}, page: {url: '', title: '', referrer: ''}}}, '*');
  }, 5)</script>"></iframe>`;
  const v = await visit(site.page(`${site.tag}${forged}`));
  await v.open();
  await v.write('still English');
  await expect(v.panel.locator('html')).toHaveAttribute('lang', 'en');
  expect(await v.panel.locator('html').evaluate((e) => e.style.getPropertyValue('--accent'))).toBe('#0b5d6e');
});

test('a blocked frame takes no clicks and says what to do', async ({ node, site, visit }) => {
  const v = await visit(
    site.page(`<button style="position:fixed;right:30px;bottom:200px;width:200px;height:200px" onclick="this.textContent = Number(this.textContent) + 1">0</button>${site.tag}`, {
      'Content-Security-Policy': `script-src ${node.url} 'unsafe-inline'; frame-src 'none'`,
    }),
  );
  await v.go();
  await v.launcher.click();
  await v.page.mouse.click(870, 500);
  await expect(v.page.getByText('The chat could not be loaded.')).toBeVisible();
  await v.page.mouse.click(870, 500);
  await expect(v.page.locator('body > button')).toHaveText('2');
});

test('hostile styles of the page change nothing', async ({ site, visit }) => {
  const shot = async (style: string) => {
    const v = await visit(site.page(`<style>${style}</style>${site.tag}`));
    await v.open();
    await expect(v.panel.getByText('How can we help?')).toBeVisible();
    await v.field.blur();
    await v.page.mouse.move(5, 5);
    await expect.poll(v.box).toEqual({ x: 588, y: 48, width: 392, height: 660 });
    // Inside the round corners, through which the page is seen.
    return v.page.screenshot({ animations: 'disabled', clip: { x: 600, y: 60, width: 368, height: 636 } });
  };
  const styles =
    '* { all: unset !important; display: inline !important; font-size: 60px !important; position: static !important; direction: rtl !important; pointer-events: none !important } body { transform: rotate(20deg) !important } style { display: none !important } parley-chat { display: none !important; opacity: 0 !important }';
  // Once more when whether anybody is there changed between the two pictures.
  await expect.poll(async () => (await shot(styles)).equals(await shot('')), { timeout: 45_000 }).toBe(true);
});

test('works where storage is denied', async ({ site, visit }) => {
  const v = await visit(site.page(site.tag));
  await v.page.addInitScript(() => {
    const deny = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, name, { get: deny });
    navigator.locks.request = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  });
  await v.open();
  await v.write('kept in memory');
  await expect(v.panel.getByText(/in line|joining/)).toBeVisible();
  expect(v.errors).toEqual([]);
});

test('two tabs are one visitor, and a message written offline is sent once', async ({ node, visit }) => {
  const one = await visit(`${node.url}/sandbox/shop/lamp`);
  await one.open();
  const two = new Visit(await one.page.context().newPage(), `${node.url}/sandbox/shop/chair`);
  await two.open();
  await one.write('from the first tab');
  await expect(two.panel.getByText('from the first tab')).toBeVisible();
  await expect(two.panel.getByText(/in line|joining/)).toBeVisible();

  await one.page.context().setOffline(true);
  await two.field.fill('written in a tunnel');
  await two.field.press('Enter');
  await expect(two.panel.getByText('Sending…')).toBeVisible();
  await one.page.context().setOffline(false);
  await expect(two.panel.getByText('Sending…')).toBeHidden();
  for (const tab of [one, two]) await expect(tab.panel.getByText('written in a tunnel')).toHaveCount(1);
});

test('goes on over page changes and reloads, without taking the focus', async ({ node, visit }) => {
  const v = await (await visit(`${node.url}/sandbox/shop/lamp`)).open();
  await v.write('does it dim?');
  await v.page.goto(`${node.url}/sandbox/shop/kettle`);
  await expect(v.panel.getByText('does it dim?')).toBeVisible();
  expect(await v.focused()).toBe('BODY');
  await v.launcher.click();
  await expect(v.launcher).toHaveAttribute('aria-expanded', 'false');
  await v.page.reload();
  await expect(v.launcher).toHaveAttribute('aria-expanded', 'false');
});

test('by keyboard: opens, escapes to the launcher, asks before leaving', async ({ node, visit }) => {
  const v = await (await visit(`${node.url}/sandbox/shop/lamp`)).open();
  await expect(v.page.locator('parley-chat iframe')).toHaveAttribute('title', 'Chat');
  await v.page.keyboard.press('Escape');
  await expect.poll(v.focused).toBe('l');
  await v.page.keyboard.press('Enter');
  await expect(v.field).toBeFocused();
  await v.write('bye');
  await v.panel.getByRole('button', { name: 'Leave the line' }).press('Enter');
  await expect(v.panel.getByRole('alertdialog')).toBeVisible();
  await v.page.keyboard.press('Escape');
  await expect(v.panel.getByRole('alertdialog')).toBeHidden();
  await v.panel.getByRole('button', { name: 'Leave the line' }).press('Enter');
  await v.panel.getByRole('button', { name: 'Leave', exact: true }).press('Enter');
  await expect(v.panel.getByText('This chat has ended.')).toBeVisible();
});

test('files: a picture is shown, a document offered', async ({ node, visit }) => {
  const v = await (await visit(`${node.url}/sandbox/shop/lamp`)).open();
  const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64');
  await v.panel.locator('input[type=file]').setInputFiles([
    { name: 'crack.png', mimeType: 'image/png', buffer: dot },
    { name: 'receipt.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%x') },
  ]);
  await expect(v.panel.getByRole('button', { name: /Remove/ })).toHaveCount(2);
  await v.write('two files');
  await expect(v.panel.getByRole('log').getByAltText('crack.png')).toBeVisible();
  await expect(v.panel.getByRole('log').getByRole('link', { name: /receipt\.pdf/ })).toBeVisible();
});

for (const [language, direction, words] of [['it', 'ltr', 'Scrivi un messaggio…'], ['pl', 'ltr', 'Napisz wiadomość…'], ['ro', 'ltr', 'Scrieți un mesaj…'], ['ar', 'rtl', 'Write a message…']] as const) {
  test(`reads ${direction} in ${language}`, async ({ site, visit }) => {
    const v = await visit(site.page(site.tag.replace(' async', ` data-language="${language}" async`)));
    await v.go();
    await v.launcher.click();
    await expect(v.panel.getByPlaceholder(words)).toBeVisible();
    await expect(v.panel.locator('html')).toHaveAttribute('dir', direction);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`fills a phone and has no fault axe can find, ${colorScheme}`, async ({ node, visit }) => {
    const v = await (await visit(`${node.url}/sandbox/shop/lamp`, { viewport: { width: 360, height: 740 }, colorScheme })).open();
    await expect.poll(v.box).toEqual({ x: 0, y: 0, width: 360, height: 740 });
    await v.write('axe https://example.com/');
    await expect(v.panel.getByText(/in line|joining/)).toBeVisible();
    const small = await v.panel.locator('button, a:not(.bubble a), textarea').evaluateAll((all) => all.map((e) => e.getBoundingClientRect()).filter((r) => r.width > 0 && (r.width < 24 || r.height < 24)).length);
    expect(small).toBe(0);
    expect((await new AxeBuilder({ page: v.page }).analyze()).violations).toEqual([]);
  });
}

test('a forged token has no history, an unsigned identity no session', async ({ node, request }) => {
  const api = `${node.url}/widget/api/demo-webchat`;
  expect((await request.get(`${api}/conversation`, { headers: { Authorization: 'Bearer forged.token' } })).status()).toBeGreaterThanOrEqual(401);
  expect(((await (await request.post(`${api}/session`, { data: { token: 'forged' } })).json()) as { conversation: unknown }).conversation).toBeNull();
  expect((await request.post(`${api}/session`, { data: { user_id: '42', user_hash: '00' } })).status()).toBeGreaterThanOrEqual(400);
});

test('who would rather not wait leaves a number or a message, keeps the place, and the agents know', async ({ node, site, visit, browser, request }) => {
  const session = await request.post(`${node.url}/api/v1/session`, { data: { email: 'admin@parley.example', password: 'parley-demo' } });
  const headers = { Authorization: `Bearer ${((await session.json()) as { token: string }).token}` };
  const get = async <T>(path: string) => (await (await request.get(`${node.url}/api/v1${path}`, { headers })).json()) as { items: T[] };
  const inbox = (await get<{ name: string; queue_id: string }>('/inboxes')).items.find((i) => i.name === 'demo-webchat');
  const queue = (await get<{ id: string; rings: unknown }>('/queues')).items.find((q) => q.id === inbox?.queue_id);
  const plan = async (rings: unknown) => expect((await request.patch(`${node.url}/api/v1/queues/${queue?.id ?? ''}`, { headers, data: { rings } })).ok()).toBe(true);
  const host = site.page(`<h1>Shop</h1>${site.tag}`);

  await plan([{ after_seconds: 0, offer: 'callback' }]);
  const a = await (await visit(host)).open();
  await a.field.fill('Nobody here?');
  await a.field.press('Enter');
  const call = a.panel.getByRole('button', { name: 'Call me back' });
  await call.press('Enter');
  await expect(a.panel.getByText('Enter a phone number')).toBeVisible();
  await a.panel.getByLabel('Your phone number').fill('+39 06 1234567');
  expect((await new AxeBuilder({ page: a.page }).analyze()).violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([]);
  await call.press('Enter');
  await expect(a.panel.getByText(/we will call you/i)).toBeVisible();
  await expect(call).toBeHidden();
  await expect(a.panel.getByText(/^You are n/)).toBeVisible(); // the place stays

  await plan([{ after_seconds: 0, offer: 'message' }]);
  const b = await (await visit(host)).open();
  await b.field.fill('Is my lamp on its way?');
  await b.field.press('Enter');
  await b.panel.getByRole('button', { name: 'Leave a message instead' }).press('Enter');
  await expect(b.panel.getByText(/You need not wait/)).toBeVisible();
  await plan(queue?.rings);

  const page = await logIn(browser, node.url, 'supervisor');
  await page.goto(`${node.url}/board?queue=${queue?.id ?? ''}`);
  await expect(page.getByText('call back: +39 06 1234567')).toBeVisible();
  await expect(page.getByText('left a message')).toBeVisible();
});
