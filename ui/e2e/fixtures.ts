import { expect, test as base, type APIRequestContext, type Browser, type Page } from '@playwright/test';
import { production, start, type Mode, type Node } from './node';

export interface Options {
  mode: Mode;
}

interface Shared {
  node: Node;
  services: Record<string, string>;
}

/** Tests get a running server; it is shared by the tests of one worker. */
export const test = base.extend<object, Options & Shared>({
  mode: ['default', { option: true, scope: 'worker' }],
  services: [
    async ({ mode }, use) => {
      await use(mode === 'production' ? production() : {});
    },
    { scope: 'worker' },
  ],
  node: [
    async ({ services }, use) => {
      const node = await start(services);
      await use(node);
      await node.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

export { expect };

export type Who = 'agent' | 'supervisor' | 'admin';

/** Opens a window of its own, logged in through the login page. */
export async function logIn(browser: Browser, url: string, who: Who, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ ...options });
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.getByLabel('Email').fill(`${who}@parley.example`);
  await page.getByLabel('Password', { exact: true }).fill('parley-demo');
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => !u.pathname.startsWith('/login'));
  return page;
}

/** Chooses a presence in the agent's menu. */
export async function becomes(page: Page, presence: 'Available' | 'Away' | 'Offline'): Promise<void> {
  const button = page.locator('[data-presence]').first();
  if ((await button.getAttribute('data-presence')) === presence.toLowerCase()) return;
  await button.click();
  await page.getByRole('menuitemradio', { name: presence }).first().click();
  await expect(button).toHaveAttribute('data-presence', presence.toLowerCase());
}

/** Ends what is open, so that what a test brings rings alone. */
export async function clearLine(request: APIRequestContext, url: string): Promise<void> {
  const session = await request.post(`${url}/api/v1/session`, { data: { email: 'admin@parley.example', password: 'parley-demo' } });
  const headers = { Authorization: `Bearer ${((await session.json()) as { token: string }).token}` };
  const open = await request.get(`${url}/api/v1/conversations?state=open&limit=200`, { headers });
  for (const { id } of ((await open.json()) as { items: { id: string }[] }).items) {
    await request.post(`${url}/api/v1/conversations/${id}/resolve`, { headers, data: {} });
  }
}
