import { becomes, clearLine, expect, logIn, test } from './fixtures';
import { phone, visitor, type Customer } from './customers';

test('a customer on each channel reaches the agent, is answered and rates; the supervisor watches', async ({ browser, node, request }) => {
  test.setTimeout(180_000);
  await clearLine(request, node.url);
  const supervisor = await logIn(browser, node.url, 'supervisor');
  await supervisor.goto(`${node.url}/board`);
  const agent = await logIn(browser, node.url, 'agent');
  await becomes(agent, 'Available');
  const shop = await (await browser.newContext()).newPage();
  const customers: Customer[] = [
    await visitor(shop, node.url),
    phone(request, node.url, 'sms'),
    phone(request, node.url, 'whatsapp'),
    phone(request, node.url, 'messenger'),
  ];
  for (const customer of customers) {
    await test.step(customer.channel, async () => {
      await customer.write(`Hello from ${customer.channel}`);
      const offer = agent.getByTestId('offer');
      await expect(offer).toContainText(`Hello from ${customer.channel}`);
      await agent.keyboard.press('F8');
      await expect(offer).toBeHidden();
      const thread = agent.getByRole('log');
      await expect(thread.first()).toContainText(`Hello from ${customer.channel}`);
      await expect(agent.getByText('Why you have it')).toBeVisible();

      const answer = `Here is the answer on ${customer.channel}`;
      const composer = agent.getByRole('textbox', { name: /^Reply to/ });
      await composer.fill(answer);
      await agent.keyboard.press('ControlOrMeta+Enter');
      await customer.hears(answer);
      await expect(thread.first()).toContainText(answer);
      await expect(thread.first().getByText(/Delivered|Read/).last()).toBeVisible();

      await agent.getByRole('radio', { name: 'Note' }).or(agent.getByRole('tab', { name: 'Note' })).or(agent.getByText('Note', { exact: true })).first().click();
      await agent.getByRole('textbox', { name: /^Private note/ }).fill(`A note about ${customer.channel}`);
      await agent.getByRole('button', { name: 'Add note' }).click();
      await expect(thread.first()).toContainText(`A note about ${customer.channel}`);

      await agent.getByRole('button', { name: 'Resolve', exact: true }).first().click();
      await customer.rates(5, `great ${customer.channel}`);
    });
  }
  await supervisor.goto(`${node.url}/reports`);
  await expect(supervisor.getByRole('table').first()).toBeVisible();
  await expect
    .poll(async () => {
      const session = (await (await request.post(`${node.url}/api/v1/session`, { data: { email: 'supervisor@parley.example', password: 'parley-demo' } })).json()) as { token: string };
      const report = (await (
        await request.get(`${node.url}/api/v1/reports?by=channel`, { headers: { Authorization: `Bearer ${session.token}` } })
      ).json()) as { rows: { key: string; csat: { scores: number[] } }[] };
      return report.rows.filter((row) => (row.csat.scores[4] ?? 0) > 0).map((row) => row.key).sort();
    })
    .toEqual(['messenger', 'sms', 'webchat', 'whatsapp']);
});
