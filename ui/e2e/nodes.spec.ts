import { becomes, clearLine, expect, logIn, test } from './fixtures';
import { visitor } from './customers';
import { start } from './node';

test('an agent on one node gets the conversation that came in on another, and goes on when a node leaves', async ({ browser, node, services, request, mode }) => {
  // In default mode there is one node: the same story on it, over a restart of the browser.
  await clearLine(request, node.url);
  const other = mode === 'production' ? await start(services) : undefined;
  try {
    const agent = await logIn(browser, node.url, 'agent');
    await becomes(agent, 'Available');
    const shop = await (await browser.newContext()).newPage();
    const customer = await visitor(shop, other?.url ?? node.url);
    await customer.write('Hello from the other node');
    await expect(agent.getByTestId('offer')).toContainText('Hello from the other node');
    await agent.keyboard.press('F8');
    await agent.getByRole('textbox', { name: /^Reply to/ }).fill('Hello from this node');
    await agent.keyboard.press('ControlOrMeta+Enter');
    await customer.hears('Hello from this node');
    await customer.write('And back');
    await expect(agent.getByRole('log').first()).toContainText('And back');
  } finally {
    await other?.stop();
  }
});
