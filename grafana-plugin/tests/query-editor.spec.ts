import { expect, test } from '@grafana/plugin-e2e';
import { dataSourceFile, grafanaUrl, withoutGrafana } from './needs-grafana';

test.skip(!grafanaUrl, withoutGrafana);

const types = [
  { name: 'Cause series', visualization: 'Time series' },
  { name: 'Spike score', visualization: 'Time series' },
  { name: 'New causes', visualization: 'Table' },
  { name: 'Coverage', visualization: 'Table' },
  { name: 'Top', visualization: 'Table' },
  { name: 'Samples', visualization: 'Logs' },
  { name: 'Annotations', visualization: 'Table' },
] as const;

for (const { name, visualization } of types) {
  test(`${name}: a panel gets its answer`, async ({ panelEditPage, readProvisionedDataSource, page }) => {
    const source = await readProvisionedDataSource(dataSourceFile);
    await panelEditPage.datasource.set(source.name);
    await panelEditPage.setVisualization(visualization);
    const row = panelEditPage.getQueryEditorRow('A');
    await row.getByLabel('Query type').click();
    await page.getByRole('option', { name }).click();
    await expect(row.getByLabel('Query type')).toHaveValue(name);
    await expect(panelEditPage.refreshPanel()).toBeOK();
  });
}

test('Event: shows the verdict of a line of Samples', async ({ panelEditPage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(dataSourceFile);
  const query = {
    refId: 'A',
    version: 1,
    queryType: 'samples',
    limit: 1,
    datasource: { type: source.type, uid: source.uid },
  };
  const response = await page.request.post('/api/ds/query', {
    data: { from: 'now-24h', to: 'now', queries: [query] },
  });
  const [frame] = (await response.json()).results.A.frames;
  const idAt = frame.schema.fields.findIndex((field: { name: string }) => field.name === 'id');
  const eventId: string = frame.data.values[idAt][0];

  await panelEditPage.datasource.set(source.name);
  await panelEditPage.setVisualization('Table');
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByLabel('Query type').click();
  await page.getByRole('option', { name: 'Event' }).click();
  await row.getByLabel('Event id').fill(eventId);
  await page.keyboard.press('Enter');
  await expect(panelEditPage.refreshPanel()).toBeOK();
  await expect(panelEditPage.panel.data.first()).toContainText(/verdict/);
});

test('Explore shows samples as log lines', async ({ explorePage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(dataSourceFile);
  await explorePage.datasource.set(source.name);
  const row = explorePage.getQueryEditorRow('A');
  await row.getByLabel('Query type').click();
  await page.getByRole('option', { name: 'Samples' }).click();
  await expect(explorePage.runQuery()).toBeOK();
});
