import type { APIRequestContext, Page } from '@playwright/test';
import { phone } from './customers';
import { becomes, clearLine, expect, logIn, test } from './fixtures';

interface Queue {
  id: string;
  name: string;
  rings: unknown[];
  requirements: unknown[];
}

async function api(request: APIRequestContext, url: string) {
  const session = (await (await request.post(`${url}/api/v1/session`, { data: { email: 'admin@parley.example', password: 'parley-demo' } })).json()) as { token: string };
  const headers = { Authorization: `Bearer ${session.token}` };
  const all = (await (await request.get(`${url}/api/v1/queues`, { headers })).json()) as { items: Queue[] };
  const support = all.items.find((q) => q.name === 'Support');
  if (!support) throw new Error('the demo has no queue Support');
  const patch = async (data: object) => expect((await request.patch(`${url}/api/v1/queues/${support.id}`, { headers, data })).status()).toBe(200);
  return { support, patch };
}

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('an admin sets a ring plan and opening hours, and customers are routed by them', async ({ browser, node, request }) => {
  await clearLine(request, node.url);
  const { support, patch } = await api(request, node.url);
  await patch({ rings: [] });
  try {
    const [agent, admin] = await Promise.all([logIn(browser, node.url, 'agent'), logIn(browser, node.url, 'admin')]);
    await becomes(agent, 'Available');
    const save = async () => {
      await admin.getByRole('button', { name: 'Save' }).click();
      await expect(admin.getByRole('dialog')).toBeHidden();
    };

    await test.step('what nobody can do is told at once, and which step helps', async () => {
      await admin.goto(`${node.url}/admin/queues/${support.id}`);
      const who = part(admin, 'Required skills');
      await who.getByRole('combobox', { name: 'Skill' }).selectOption({ label: 'VIP care' });
      await who.getByRole('combobox', { name: 'Level' }).selectOption('5');
      const wait = part(admin, 'While they wait');
      await wait.getByRole('button', { name: 'Add a step' }).click();
      await wait.getByRole('button', { name: /^Ask for less/ }).click();
      await wait.getByRole('combobox', { name: 'Level' }).selectOption({ label: 'is no longer needed' });
      await wait.getByRole('textbox', { name: 'Step 1 comes after' }).fill('2');
      await wait.getByRole('combobox', { name: 'Unit of the time of step 1' }).selectOption('seconds');
      await expect(wait.getByTestId('story')).toContainText('After 2 seconds, VIP care is no longer needed');
      await expect(wait.getByTestId('story')).toContainText('everybody with VIP care ≥ 5 may take a customer');
    });
    await test.step('hours that never open say so', async () => {
      const hours = part(admin, 'Opening hours');
      await hours.getByText('By opening hours').click();
      await hours.getByRole('button', { name: 'More for Monday' }).click();
      await admin.getByRole('menuitem', { name: 'Closed all day' }).click();
      await hours.getByRole('button', { name: 'More for Monday' }).click();
      await admin.getByRole('menuitem', { name: 'Copy to every day' }).click();
      await expect(hours.getByTestId('now')).toContainText('never opens');
      await hours.getByRole('radio', { name: 'Tell them when it opens' }).click();
    });
    await test.step('what the server refuses stands at its field', async () => {
      const name = admin.getByRole('textbox', { name: 'Name', exact: true }).first();
      await name.fill('Sales');
      await admin.getByRole('button', { name: 'Save' }).click();
      await expect(name).toHaveAttribute('aria-invalid', 'true');
      await expect(name).toBeFocused();
      await expect(part(admin, 'Basics')).toContainText('is taken by another queue');
      await name.fill('Support');
      await save();
    });
    await test.step('who comes outside the hours is told, and waits', async () => {
      const customer = phone(request, node.url, 'sms');
      await customer.write('Is anybody there?');
      await customer.hears('We are closed now.');
      await expect(agent.getByTestId('offer')).toHaveCount(0);
    });
    await test.step('once it is open the step lets the agent take them', async () => {
      await admin.getByRole('link', { name: 'Support' }).click();
      await part(admin, 'Opening hours').getByText('Always open').click();
      await save();
      // Nobody has VIP care 5 and is at work: without the step it would ring nowhere.
      await expect(agent.getByTestId('offer')).toContainText('Emma Clarke');
      await agent.keyboard.press('F8');
      await expect(agent.getByRole('log').first()).toContainText('Is anybody there?');
      await expect(agent.getByRole('log').first()).toContainText('VIP care is no longer needed');
    });
  } finally {
    await patch({ name: support.name, rings: support.rings, requirements: support.requirements, hours: { zone: '', week: {}, holidays: {} }, after_hours: 'serve' });
  }
});
