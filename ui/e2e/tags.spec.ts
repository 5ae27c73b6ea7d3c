import AxeBuilder from '@axe-core/playwright';
import { phone, somebodyElse } from './customers';
import { expect, logIn, test } from './fixtures';

test('a conversation is tagged with the keyboard, and everybody sees it', async ({ browser, node, request }) => {
  await phone(request, node.url, 'sms', somebodyElse).write('Where is my parcel?');
  const page = await logIn(browser, node.url, 'supervisor', { viewport: { width: 360, height: 740 } });
  const other = await logIn(browser, node.url, 'admin');
  await page.goto(`${node.url}/inbox/all`);
  await page.getByTestId('row').first().click();
  await expect(page.getByRole('log').first()).toBeVisible();
  await other.goto(page.url());
  await page.getByRole('heading', { level: 1 }).focus();
  await page.keyboard.press('l');
  const field = page.getByRole('combobox', { name: 'Tags' });
  await field.pressSequentially('late parcel');
  await page.keyboard.press('Enter');
  await field.pressSequentially('refund,');
  expect((await new AxeBuilder({ page }).analyze()).violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  for (const p of [page, other]) {
    await expect(p.getByRole('img', { name: 'Tags: late parcel, refund' })).toBeVisible();
    await expect(p.getByText('Samuel Okafor tagged it late parcel, refund')).toBeVisible();
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)).toBe(false);

  await page.keyboard.press('l');
  await field.press('Backspace');
  await page.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(other.getByRole('img', { name: 'Tags: late parcel', exact: true })).toBeVisible();
});
