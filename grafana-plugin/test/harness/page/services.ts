import { type DataSourceInstanceSettings, type DataSourcePluginMeta, type TypedVariableModel } from '@grafana/data';
import {
  type BackendSrv,
  type BackendSrvRequest,
  type DataSourceSrv,
  type FetchResponse,
  setBackendSrv,
  setDataSourceSrv,
  setTemplateSrv,
} from '@grafana/runtime';
import { from } from 'rxjs';

/** Dashboard variables of the page. */
const variables: Readonly<Record<string, string[]>> = { stage: ['prod'] };

function urlOf({ url, params = {} }: BackendSrvRequest): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      query.append(name, String(one));
    }
  }
  const separator = url.includes('?') ? '&' : '?';
  return `${url.startsWith('/') ? url : `/${url}`}${query.size > 0 ? `${separator}${query}` : ''}`;
}

async function send<T>(request: BackendSrvRequest): Promise<FetchResponse<T>> {
  const { method = 'GET', data, headers = {} } = request;
  const response = await fetch(urlOf(request), {
    method,
    headers: { ...headers, ...(data === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(data === undefined ? {} : { body: JSON.stringify(data) }),
  });
  const body = (await response.json()) as T;
  const { status, statusText, ok } = response;
  if (!ok) {
    throw { status, statusText, data: body, config: request };
  }
  const { redirected, type, url } = response;
  return { data: body, status, statusText, ok, headers: response.headers, redirected, type, url, config: request };
}

const backendSrv = {
  fetch: <T>(request: BackendSrvRequest) => from(send<T>(request)),
  get: async <T>(url: string, params?: Record<string, unknown>) => (await send<T>({ url, params })).data,
} as unknown as BackendSrv;

const awsLogo =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='8' rx='2' fill='%23e7157b'/></svg>";

const otherDataSource = (uid: string, type: string, name: string): DataSourceInstanceSettings =>
  ({
    uid,
    type,
    name,
    access: 'proxy',
    readOnly: false,
    jsonData: {},
    meta: { id: type, name, info: { logos: { small: awsLogo, large: '' } } } as DataSourcePluginMeta,
  }) as DataSourceInstanceSettings;

/** Other data sources of this Grafana, for the pickers. */
const others = [
  otherDataSource('traces', 'grafana-x-ray-datasource', 'X-Ray of the shop'),
  otherDataSource('logs', 'cloudwatch', 'CloudWatch of the shop'),
];

/** The services that Grafana gives to a plugin, as far as this plugin asks for them, over the plugin host's HTTP. */
export function installServices(): void {
  setBackendSrv(backendSrv);
  setDataSourceSrv({
    getList: ({ type }: { type?: string } = {}) => others.filter((other) => type === undefined || other.type === type),
    getInstanceSettings: (uid: string | null) => others.find((other) => other.uid === uid) ?? others[0],
  } as unknown as DataSourceSrv);
  setTemplateSrv({
    getVariables: () =>
      Object.entries(variables).map(([name, value]) => ({ name, current: { value } }) as unknown as TypedVariableModel),
    containsTemplate: (text = '') => Object.keys(variables).some((name) => text.includes(`$${name}`)),
    updateTimeRange: () => undefined,
    replace: (text = '', _scoped, format) =>
      text.replace(/\$(\w+)/g, (match, name: string) => {
        const value = variables[name];
        return value === undefined ? match : typeof format === 'function' ? String(format(value)) : value.join(',');
      }),
  });
}
