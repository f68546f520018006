/** Where a Grafana runs that has this plugin and what `provisioning/` of the repository describes: `docker compose up` starts one. */
export const grafanaUrl = process.env['GRAFANA_URL'];

export const withoutGrafana = 'GRAFANA_URL is not set: these specs need a running Grafana with the plugin';

/** Of the role `read`, for the service that the provisioned data source names. */
export const readToken = process.env['WHY403_READ_TOKEN'];

export const withoutToken = 'WHY403_READ_TOKEN is not set: a new data source has no token to be let in with';

/** Files of `provisioning/grafana`. */
export const dataSourceFile = { fileName: 'why403.yaml' };
export const rulesFile = { fileName: 'why403-rules.yaml' };
