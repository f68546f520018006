import { expect, test } from '@grafana/plugin-e2e';
import { dataSourceFile, grafanaUrl, withoutGrafana } from './needs-grafana';

test.skip(!grafanaUrl, withoutGrafana);

test("a variable offers the service's values", async ({ variableEditPage, readProvisionedDataSource, page }) => {
  const source = await readProvisionedDataSource(dataSourceFile);
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(source.name);
  await page.getByLabel('Values of', { exact: true }).click();
  await page.getByRole('option', { name: /^cause/ }).click();
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([/^(?:waf_blocked|route_not_found|authorizer_denied)$/]);
});
