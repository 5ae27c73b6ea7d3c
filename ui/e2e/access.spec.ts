import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, logIn, test } from './fixtures';

async function scan(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} (${v.impact}): ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
}

const settled = async (page: Page) => {
  await page.waitForLoadState('networkidle').catch(() => undefined); // sockets keep some pages busy
  await expect(page.locator('h1, h2, [role=log], main').first()).toBeVisible();
};

for (const scheme of ['light', 'dark'] as const) {
  test(`no serious violation on any page, ${scheme}`, async ({ browser, node }) => {
    test.setTimeout(180_000);
    const page = await logIn(browser, node.url, 'admin', { colorScheme: scheme });
    const pages = ['/inbox', '/inbox/all', '/contacts', '/board', '/wallboard', '/reports', '/reports/replay', '/admin/inboxes', '/admin/queues', '/admin/rules', '/admin/skills', '/admin/agents', '/admin/dead-letters', '/sandbox', '/sandbox/shop'];
    for (const path of pages) {
      await test.step(path, async () => {
        await page.goto(node.url + path);
        await settled(page);
        expect(await scan(page)).toEqual([]);
      });
    }
    await test.step('the forms of a queue and of a person, all of it open', async () => {
      await page.goto(`${node.url}/admin/queues`);
      await page.getByRole('link', { name: 'VIP' }).click();
      await page.getByText('By opening hours').click();
      await page.getByRole('button', { name: 'Add a step' }).click();
      await page.getByText(/compare with/).first().click();
      await expect(page.getByTestId('now')).toContainText(/now/);
      expect(await scan(page)).toEqual([]);
      await page.goto(`${node.url}/admin/agents`);
      await page.getByRole('link', { name: 'Ana Ferreira' }).click();
      await page.getByText('By working hours').click();
      await expect(page.getByTestId('now')).toContainText(/now/);
      expect(await scan(page)).toEqual([]);
    });
    await test.step('an open conversation', async () => {
      await page.goto(`${node.url}/inbox/all`);
      await page.getByTestId('row').first().click();
      await expect(page.getByRole('log').first()).toBeVisible();
      await settled(page);
      expect(await scan(page)).toEqual([]);
    });
    await test.step('the widget, opened', async () => {
      await page.goto(`${node.url}/sandbox/shop`);
      await page.getByRole('button', { name: /chat/i }).first().click();
      await expect(page.frameLocator('iframe[title]').getByRole('textbox').first()).toBeVisible();
      expect(await scan(page)).toEqual([]);
    });
    const stranger = await (await browser.newContext({ colorScheme: scheme })).newPage();
    await stranger.goto(`${node.url}/login`);
    await settled(stranger);
    expect(await scan(stranger)).toEqual([]);
  });
}
