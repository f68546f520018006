import { expect, test } from '@grafana/plugin-e2e';
import { dataSourceFile, grafanaUrl, withoutGrafana } from './needs-grafana';

test.skip(!grafanaUrl, withoutGrafana);

test('annotations are asked for as they are, without a change by hand', async ({
  annotationEditPage,
  readProvisionedDataSource,
}) => {
  const source = await readProvisionedDataSource(dataSourceFile);
  await annotationEditPage.datasource.set(source.name);
  await expect(annotationEditPage.runQuery()).toBeOK();
});
