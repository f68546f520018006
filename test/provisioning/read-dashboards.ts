import { type Dashboard, dashboardFile } from './dashboard-keys.js';
import { filesOf, readText } from './repository-files.js';

export const dashboardFolder = 'grafana-plugin/src/dashboards';

export const readDashboards = (): readonly Dashboard[] =>
  filesOf(dashboardFolder).map((path) => dashboardFile.parse(JSON.parse(readText(path))));
