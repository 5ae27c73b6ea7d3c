import { expect, test } from './fixtures';

test('a newcomer plays all parts in windows of one browser', async ({ browser, node }) => {
  const context = await browser.newContext();
  const sandbox = await context.newPage();
  await sandbox.goto(`${node.url}/sandbox`);
  for (const [role, heading] of [['Agent', 'inbox'], ['Supervisor', 'board'], ['Admin', 'admin']] as const) {
    const opening = context.waitForEvent('page');
    await sandbox.getByRole('link', { name: role }).click();
    const page = await opening;
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL((u) => u.pathname.includes(heading));
  }
  // All are still who they were.
  const roles = [];
  for (const page of context.pages().slice(1)) {
    const me = await page.evaluate(async () => (await (await fetch('/api/v1/me')).json()) as { agent: { role: string } });
    roles.push(me.agent.role);
    await page.reload();
    await expect(page.getByRole('navigation').first()).toBeVisible();
  }
  expect(roles).toEqual(['agent', 'supervisor', 'admin']);
});
