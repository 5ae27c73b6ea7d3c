import AxeBuilder from '@axe-core/playwright';
import { expect, logIn, test } from './fixtures';

test('a supervisor tries another policy on last week', async ({ browser, node }) => {
  const page = await logIn(browser, node.url, 'supervisor', { viewport: { width: 360, height: 740 } });
  await page.goto(`${node.url}/reports`);
  await page.getByRole('link', { name: 'Try on last week' }).click();
  const policy = page.getByRole('combobox', { name: 'Policy' });
  await policy.focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option', { name: 'longest-idle' }).click();
  await page.getByRole('button', { name: 'Try it' }).press('Enter');
  await expect(page.getByText(/Longest idle would have made customers wait/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/recorded choices? was made again, and came out the same/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Conversations answered by each agent' })).toContainText('Ana Ferreira');
  expect(await page.locator('main').evaluate((e) => e.scrollWidth > e.clientWidth)).toBe(false);
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([]);
  // A result has an address of its own.
  await page.reload();
  await expect(page.getByText(/Longest idle would have made customers wait/)).toBeVisible();
});
