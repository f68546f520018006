import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';
import { dirname } from 'node:path';
import { grafanaUrl } from './tests/needs-grafana';

const pluginE2eAuth = `${dirname(require.resolve('@grafana/plugin-e2e'))}/auth`;
/** A browser of the system instead of Playwright's own. */
const executablePath = process.env['CHROMIUM_PATH'];

const browser = {
  ...devices['Desktop Chrome'],
  ...(executablePath ? { launchOptions: { executablePath, args: ['--no-sandbox'] } } : {}),
};

// Specs of the plugin inside Grafana. Without GRAFANA_URL nothing logs in, and each spec says why it is skipped.
export default defineConfig<PluginOptions>({
  testDir: './tests',
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  retries: process.env['CI'] ? 2 : 0,
  reporter: process.env['CI'] ? [['list'], ['html', { open: 'never' }]] : 'list',
  use: {
    baseURL: grafanaUrl ?? 'http://localhost:3000',
    provisioningRootDir: '../provisioning/grafana',
    trace: 'on-first-retry',
  },
  projects: grafanaUrl
    ? [
        // Logs in and stores the cookie for the specs.
        { name: 'auth', testDir: pluginE2eAuth, testMatch: [/.*\.js/], use: browser },
        {
          name: 'chromium',
          use: { ...browser, storageState: 'playwright/.auth/admin.json' },
          dependencies: ['auth'],
        },
      ]
    : [{ name: 'chromium', use: browser }],
});
