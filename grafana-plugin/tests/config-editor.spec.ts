import { expect, test } from '@grafana/plugin-e2e';
import { dataSourceFile, grafanaUrl, readToken, withoutGrafana, withoutToken } from './needs-grafana';

test.skip(!grafanaUrl, withoutGrafana);

test('Save & test runs a real query with the right address and token', async ({
  createDataSourceConfigPage,
  readProvisionedDataSource,
  page,
}) => {
  test.skip(!readToken, withoutToken);
  const { type, url } = await readProvisionedDataSource(dataSourceFile);
  const configPage = await createDataSourceConfigPage({ type });
  await page.getByLabel('Data source connection URL').fill(url ?? '');
  await page.getByLabel('Token', { exact: true }).fill(readToken ?? '');
  await expect(configPage.saveAndTest()).toBeOK();
  await expect(configPage).toHaveAlert('success', { hasText: /Why403 .* answers/ });
});

test('Save & test says that nothing answers at the address', async ({
  createDataSourceConfigPage,
  readProvisionedDataSource,
  page,
}) => {
  const { type } = await readProvisionedDataSource(dataSourceFile);
  const configPage = await createDataSourceConfigPage({ type });
  await page.getByLabel('Data source connection URL').fill('http://127.0.0.1:9');
  await expect(configPage.saveAndTest()).not.toBeOK();
  await expect(configPage).toHaveAlert('error', { hasText: '127.0.0.1:9' });
});

test('Save & test says that the service refuses the token', async ({
  createDataSourceConfigPage,
  readProvisionedDataSource,
  page,
}) => {
  const { type, url } = await readProvisionedDataSource(dataSourceFile);
  const configPage = await createDataSourceConfigPage({ type });
  await page.getByLabel('Data source connection URL').fill(url ?? '');
  await page.getByLabel('Token', { exact: true }).fill('w403_read_nobody_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
  await expect(configPage.saveAndTest()).not.toBeOK();
  await expect(configPage).toHaveAlert('error', { hasText: /token/i });
});
