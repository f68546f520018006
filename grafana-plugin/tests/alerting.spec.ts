import { expect, test } from '@grafana/plugin-e2e';
import { dataSourceFile, grafanaUrl, rulesFile, withoutGrafana } from './needs-grafana';

test.skip(!grafanaUrl, withoutGrafana);

test('a provisioned rule can be evaluated', async ({ gotoAlertRuleEditPage, readProvisionedAlertRule }) => {
  const rule = await readProvisionedAlertRule(rulesFile);
  const rulePage = await gotoAlertRuleEditPage(rule);
  await expect(rulePage.evaluate()).toBeOK();
});

test('a rule on a query type that cannot be alerted on says what to take', async ({
  alertRuleEditPage,
  readProvisionedDataSource,
  page,
}) => {
  const source = await readProvisionedDataSource(dataSourceFile);
  const row = await alertRuleEditPage.getQueryRow('A');
  await row.datasource.set(source.name);
  await row.locator.getByLabel('Query type').click();
  await expect(page.getByRole('option', { name: 'Cause series' })).toBeVisible();
  await expect(page.getByRole('option', { name: 'Top' })).toBeHidden();
});
