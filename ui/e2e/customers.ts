import { expect, type APIRequestContext, type FrameLocator, type Page } from '@playwright/test';

/** A customer's side of one channel. */
export interface Customer {
  channel: 'SMS' | 'WhatsApp' | 'Messenger' | 'Web chat';
  name: RegExp;
  write(text: string): Promise<void>;
  /** Waits until these words have arrived. */
  hears(text: string): Promise<void>;
  rates(score: number, comment: string): Promise<void>;
}

type App = 'sms' | 'whatsapp' | 'messenger';

interface PhoneState {
  threads: { app: App; phone: string; messages: { text: string; direction: string }[] }[];
}

/** Another person of the demo, for tests that leave a conversation behind: tests share a server. */
export const somebodyElse = '+48500000157';

/** A person with a phone: what they do goes through the simulated providers. */
export function phone(request: APIRequestContext, url: string, app: App, number = ''): Customer {
  const from = number || { sms: '+447700900123', whatsapp: '447700900123', messenger: '7100000000000001' }[app];
  const write = async (text: string) => {
    const sent = await request.post(`${url}/sandbox/api/send`, { data: { app, from, name: 'Emma Clarke', text } });
    expect(sent.status()).toBe(202);
  };
  return {
    channel: ({ sms: 'SMS', whatsapp: 'WhatsApp', messenger: 'Messenger' } as const)[app],
    name: app === 'sms' ? /Emma|7700900123/ : /Emma|Customer|\+44/,
    write,
    hears: async (text) => {
      await expect
        .poll(async () => {
          const state = (await (await request.get(`${url}/sandbox/api/state`)).json()) as PhoneState;
          return state.threads.filter((t) => t.app === app && t.phone === from).flatMap((t) => t.messages.map((m) => m.text));
        })
        .toContainEqual(expect.stringContaining(text));
    },
    rates: async (score, comment) => write(`${score} ${comment}`),
  };
}

/** A visitor of the shop, at the chat widget. */
export async function visitor(page: Page, url: string): Promise<Customer & { panel: FrameLocator }> {
  await page.goto(`${url}/sandbox/shop`);
  await page.getByRole('button', { name: /chat/i }).first().click();
  const panel = page.frameLocator('iframe[title]');
  return {
    channel: 'Web chat',
    name: /Visitor/,
    panel,
    write: async (text) => {
      await panel.getByRole('textbox').first().fill(text);
      await panel.getByRole('button', { name: 'Send' }).click();
    },
    hears: async (text) => {
      await expect(panel.getByText(text)).toBeVisible();
    },
    rates: async (score, comment) => {
      await panel.getByRole('radio').nth(score - 1).check({ force: true });
      const field = panel.getByRole('textbox', { name: /comment|why|say|better|add/i }).first();
      if (await field.count()) await field.fill(comment);
      await panel.getByRole('button', { name: /send rating|rate|send/i }).first().click();
    },
  };
}
