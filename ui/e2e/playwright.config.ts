import { defineConfig } from '@playwright/test';
import type { Options } from './fixtures';

// Each project is a way to run Parley; every test plays in both.
export default defineConfig<Options>({
  testDir: '.',
  outputDir: '../test-results',
  fullyParallel: false,
  workers: 2,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    launchOptions: {
      executablePath: process.env.PARLEY_CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
    },
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    actionTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: 'off',
  },
  projects: [
    { name: 'default', use: { mode: 'default' } },
    // Pages and widget are the same whatever is behind them: they are tried once.
    { name: 'production', use: { mode: 'production' }, testMatch: ['story.spec.ts', 'nodes.spec.ts'] },
  ],
});
