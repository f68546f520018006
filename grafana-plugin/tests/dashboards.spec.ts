import { expect, test } from '@grafana/plugin-e2e';
import { grafanaUrl, withoutGrafana } from './needs-grafana';

test.skip(!grafanaUrl, withoutGrafana);

for (const uid of ['why403-overview', 'why403-cause', 'why403-coverage']) {
  test(`${uid}: no query of the dashboard fails`, async ({ gotoDashboardPage, page }) => {
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/ds/query') && !response.ok()) {
        failed.push(`${response.status()} ${response.request().postData()}`);
      }
    });
    await gotoDashboardPage({ uid });
    await page.waitForLoadState('networkidle');
    expect(failed).toEqual([]);
  });
}
