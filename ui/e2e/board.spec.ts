import AxeBuilder from '@axe-core/playwright';
import { phone, somebodyElse } from './customers';
import { becomes, clearLine, expect, logIn, test } from './fixtures';

test('a supervisor sees why somebody waits, and moves, raises, pushes and pulls with the keyboard', async ({ browser, node, request }) => {
  await clearLine(request, node.url);
  const page = await logIn(browser, node.url, 'supervisor');
  await page.goto(`${node.url}/inbox`);
  await becomes(page, 'Away'); // at work, and nothing is offered to them
  await phone(request, node.url, 'sms', somebodyElse).write('Is anybody there?');
  await page.goto(`${node.url}/board`);
  await page.getByRole('heading', { name: 'Support' }).getByRole('button').press('Enter');
  const drawer = page.getByRole('dialog');
  const why = drawer.getByRole('button', { name: 'Why still waiting?' });
  await why.press('Enter');
  await expect(drawer.getByText(/^Nobody with Technical/)).toBeVisible();
  await expect(drawer.getByRole('listitem').filter({ hasText: /offline/ }).first()).toBeVisible();
  await expect(drawer.getByText('Technical ≥ 1 is enough')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id)).toEqual([]);

  const act = async (name: RegExp) => {
    await drawer.getByRole('button', { name: /^Actions for/ }).first().press('Enter');
    const item = page.getByRole('menuitem', { name });
    await item.focus();
    await page.keyboard.press('Enter');
  };
  await act(/Move to another queue/);
  await page.getByRole('combobox', { name: 'Queue' }).press('ArrowDown');
  await page.keyboard.type('Sales');
  await page.getByRole('option', { name: 'Sales' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Move to Sales' }).press('Enter');
  await expect(page.getByText(/now waits in Sales/)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'Sales' }).getByRole('button').press('Enter');

  await act(/Change priority/);
  await page.getByRole('button', { name: '+15 min' }).press('Enter');
  await page.getByRole('button', { name: 'Move in line' }).press('Enter');
  await expect(drawer.getByText('+15 min priority')).toBeVisible();

  const ana = await logIn(browser, node.url, 'agent');
  await becomes(ana, 'Away');
  await act(/Assign to an agent/);
  await page.getByRole('combobox', { name: 'Agent' }).press('ArrowDown');
  await page.keyboard.type('Ana');
  await page.getByRole('option', { name: /Ana Ferreira/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Assign', exact: true }).press('Enter');
  await expect(page.getByText(/is now with Ana Ferreira/)).toBeVisible();
  await drawer.getByRole('tab', { name: /In conversation/ }).click();
  await drawer.getByRole('button', { name: 'Why Ana Ferreira?' }).press('Enter');
  await expect(drawer.getByText('Assigned by a supervisor.')).toBeVisible();

  await act(/Take over/);
  await expect(page.getByText(/Ana Ferreira has it now/)).toBeVisible();
  await page.getByRole('button', { name: 'Take over' }).press('Enter');
  await expect(page.getByText('The conversation is yours now.')).toBeVisible();
  await expect(drawer.getByText('with Samuel Okafor')).toBeVisible();
});
