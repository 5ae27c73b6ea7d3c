import AxeBuilder from '@axe-core/playwright';
import type { APIRequestContext, Page } from '@playwright/test';
import { clearLine, expect, logIn, test } from './fixtures';

interface Rules {
  headers: Record<string, string>;
  version: number;
}

async function rules(request: APIRequestContext, url: string): Promise<Rules> {
  const session = (await (await request.post(`${url}/api/v1/session`, { data: { email: 'admin@parley.example', password: 'parley-demo' } })).json()) as { token: string };
  const headers = { Authorization: `Bearer ${session.token}` };
  const set = (await (await request.get(`${url}/api/v1/rules`, { headers })).json()) as { version: number };
  return { headers, version: set.version };
}

async function save(request: APIRequestContext, url: string, list: { name: string; when: string; then: object }[], note = ''): Promise<void> {
  const { headers, version } = await rules(request, url);
  const answer = await request.put(`${url}/api/v1/rules`, { headers, data: { version, note, rules: list.map((r) => ({ enabled: true, ...r })) } });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** A customer whom nobody knows yet. */
async function writes(request: APIRequestContext, url: string, text: string): Promise<void> {
  const from = `+4477009${String(Date.now()).slice(-5)}`;
  const sent = await request.post(`${url}/sandbox/api/send`, { data: { app: 'sms', from, name: 'Rita Rule', text } });
  expect(sent.status()).toBe(202);
}

const cards = (page: Page) => page.getByTestId('rule');
const condition = (page: Page) => page.getByRole('textbox', { name: 'When' });
const names = (page: Page) => page.locator('[data-opener]').evaluateAll((all) => all.map((x) => x.querySelector('[dir="auto"]')?.textContent));

async function clean(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
}

test.afterEach(async ({ request, node }) => save(request, node.url, []));

test('an admin writes rules, mends a mistake, tries and saves them; a customer goes where they say', async ({ browser, node, request }) => {
  await save(request, node.url, []);
  await clearLine(request, node.url);
  const page = await logIn(browser, node.url, 'admin');
  await page.goto(`${node.url}/admin/rules`);
  await expect(page.getByText('No rules yet')).toBeVisible();
  await page.getByRole('button', { name: 'Use “Important customers first”' }).click();
  await page.getByRole('button', { name: 'Use “Questions about prices”' }).click();
  await expect(cards(page)).toHaveCount(2);

  await test.step('a mistake is marked with its place and what to do', async () => {
    await condition(page).fill('chanel == "sms" and text contains "lamp"');
    await expect(page.getByText('Line 1, column 1: unknown name chanel.')).toBeVisible();
    await expect(page.getByText('Did you mean channel?')).toBeVisible();
    await expect(condition(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('mark')).toHaveText('chanel');
    await expect(page.getByRole('button', { name: 'Save all rules' })).toBeDisabled();
    await clean(page);
  });
  await test.step('names and values are completed by keyboard', async () => {
    await condition(page).fill('');
    await condition(page).pressSequentially('chan');
    await expect(page.getByRole('option', { name: /^channel/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await condition(page).pressSequentially(' == "s');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    await condition(page).pressSequentially(' and text contains "lamp"');
    await page.keyboard.press('Escape');
    await expect(condition(page)).toHaveValue('channel == "sms" and text contains "lamp"');
    await expect(page.getByText('This compiles.')).toBeVisible();
  });
  await page.getByRole('combobox', { name: 'Queue' }).selectOption({ label: 'Sales' });
  await page.getByLabel('Tags', { exact: true }).fill('lamps, phone');

  await test.step('rules are put in order by keyboard', async () => {
    expect(await names(page)).toEqual(['Important customers first', 'Questions about prices']);
    await page.locator('[data-opener]').nth(1).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => names(page)).toEqual(['Questions about prices', 'Important customers first']);
    await expect(page.getByTestId('assertive')).toHaveText('Questions about prices is now rule 1 of 2');
    await expect(page.locator('[data-opener]').first()).toBeFocused();
  });
  await test.step('and by dragging', async () => {
    await cards(page).nth(1).locator('[draggable]').dragTo(cards(page).nth(0));
    await expect.poll(() => names(page)).toEqual(['Important customers first', 'Questions about prices']);
  });
  await test.step('what is not saved is not lost by leaving', async () => {
    await page.getByRole('link', { name: 'Queues' }).click();
    await expect(page.getByRole('dialog')).toContainText('Leave without saving?');
    await page.getByRole('button', { name: 'Keep editing' }).click();
  });
  await test.step('they can be tried on facts', async () => {
    await page.getByText('Facts of your own').click();
    await page.getByRole('combobox', { name: 'Inbox' }).selectOption('demo-sms');
    await page.getByLabel('First message').fill('Is the lamp in stock?');
    await expect(page.getByTestId('outcome')).toContainText('The rule “Questions about prices” sends it to Sales.');
    await expect(page.getByText('text = "Is the lamp in stock?"')).toBeVisible();
    await clean(page);
  });
  await page.getByRole('textbox', { name: /What changes/ }).fill('Lamps to Sales');
  await page.getByRole('button', { name: 'Save all rules' }).click();
  await expect(page.getByText(/Saved as version/)).toBeVisible();
  await expect(page.getByTestId('save-bar')).toBeHidden();

  await test.step('a customer is sent there, and everybody can see why', async () => {
    await writes(request, node.url, 'Is the lamp in stock?');
    await page.goto(`${node.url}/inbox/all`);
    await page.getByTestId('row').filter({ hasText: 'Is the lamp in stock?' }).first().click();
    await expect(page.getByText('The rule “Questions about prices” sent this to Sales').first()).toBeVisible();
    await expect(page.getByText('lamps', { exact: true }).first()).toBeVisible();
  });
  await test.step('a past conversation can be tried', async () => {
    await page.goto(`${node.url}/admin/rules`);
    await page.getByRole('textbox', { name: 'Find by customer or words' }).fill('lamp in stock');
    await page.getByRole('button', { name: /Is the lamp in stock/ }).first().click();
    await expect(page.getByTestId('outcome')).toContainText('Questions about prices');
  });
});

test('versions are compared and brought back; two admins do not overwrite each other', async ({ browser, node, request }) => {
  await save(request, node.url, [{ name: 'All to Sales', when: 'true', then: { priority: 5 } }], 'first');
  await save(request, node.url, [{ name: 'Nobody', when: 'false', then: {} }], 'second');
  const page = await logIn(browser, node.url, 'admin');
  await page.goto(`${node.url}/admin/rules`);
  await page.getByText('Versions', { exact: true }).click();
  const old = page.getByRole('listitem').filter({ hasText: 'first' }).first();
  await old.getByRole('button', { name: /Compare with now/ }).click();
  await expect(old.getByText('removed')).toBeVisible();
  await expect(old.getByText('added')).toBeVisible();
  await clean(page);
  await old.getByRole('button', { name: /Bring back/ }).click();
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await expect(page.getByText(/holds again/)).toBeVisible();
  await expect(cards(page)).toContainText('All to Sales');

  await page.locator('[data-opener]').first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
  await save(request, node.url, [{ name: 'Theirs', when: 'true', then: {} }], 'meanwhile');
  await expect(page.getByText('Somebody else saved meanwhile')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save all rules' })).toBeDisabled();
  await clean(page);
  await page.getByRole('button', { name: 'Keep mine, to save on top' }).click();
  await page.getByRole('button', { name: 'Save all rules' }).click();
  await expect(page.getByText(/Saved as version/)).toBeVisible();
  await expect(cards(page)).toContainText('Mine');
});

test('a rule that fails is passed over, and the board says so with the way to it', async ({ browser, node, request }) => {
  await save(request, node.url, [{ name: 'Numbers only', when: 'int(text) > 3', then: {} }, { name: 'The rest', when: 'true', then: { tags: ['rest'] } }]);
  await clearLine(request, node.url);
  await writes(request, node.url, 'not a number');
  const page = await logIn(browser, node.url, 'supervisor', { viewport: { width: 360, height: 780 } });
  await page.goto(`${node.url}/board`);
  await expect(page.getByText('A routing rule fails and is passed over')).toBeVisible();
  await clean(page);
  await page.getByRole('link', { name: 'Numbers only' }).click();
  await expect(page.getByText('int(text) > 3').first()).toBeVisible();
  await expect(page.getByText('You can read and try the rules')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a rule' })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await clean(page);
});
