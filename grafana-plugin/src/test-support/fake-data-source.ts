import { type DataSourceInstanceSettings, type TypedVariableModel } from '@grafana/data';
import { type TemplateSrv } from '@grafana/runtime';
import { DataSource } from '../datasource';
import { type Why403Options } from '../types';

/** The labels of the service, as its `labels` resource answers them. */
export const knownLabels = [
  ...['account', 'region', 'api_id', 'stage', 'route', 'method', 'cause', 'group'].map((name) => ({
    name,
    kind: 'label',
    description: `the ${name}`,
  })),
  ...['source_ip', 'culprit', 'user_agent'].map((name) => ({ name, kind: 'dimension', description: `the ${name}` })),
];

const settings = {
  uid: 'why403',
  type: 'why403-apigateway-datasource',
  name: 'Why403',
  meta: { id: 'why403-apigateway-datasource' },
  readOnly: false,
  jsonData: {},
  access: 'proxy',
} as DataSourceInstanceSettings<Why403Options>;

export interface ResourceRequest {
  readonly path: string;
  readonly params: Record<string, unknown> | undefined;
}

/** A data source whose backend is a function, and which writes down what it was asked. */
export function fakeDataSource({
  values = {},
  templateSrv = fakeTemplateSrv({}),
  fail,
}: {
  values?: Record<string, string[]>;
  templateSrv?: TemplateSrv;
  /** What resources are refused with. */
  fail?: unknown;
} = {}) {
  const requests: ResourceRequest[] = [];
  const datasource = new DataSource(settings, () => templateSrv);
  datasource.getResource = async (path, params) => {
    requests.push({ path, params: params as Record<string, unknown> | undefined });
    if (fail !== undefined) {
      throw fail;
    }
    const label = /^labels\/(\w+)\/values$/.exec(path)?.[1];
    const answer = label === undefined ? { labels: knownLabels } : { values: values[label] ?? [] };
    return answer as never;
  };
  return { datasource, requests };
}

/** Dashboard variables by name; a list is a variable with several values, `$__all` one that is at "All". */
export function fakeTemplateSrv(variables: Record<string, string | string[]>): TemplateSrv {
  const pattern = /\$(\w+)|\$\{(\w+)\}/g;
  return {
    getVariables: () =>
      Object.entries(variables).map(([name, value]) => ({ name, current: { value } }) as unknown as TypedVariableModel),
    containsTemplate: (text = '') =>
      [...text.matchAll(pattern)].some(([, a, b]) => variables[a ?? b ?? ''] !== undefined),
    updateTimeRange: () => undefined,
    replace: (text = '', scopedVars = {}, format, interpolations) =>
      text.replace(pattern, (match: string, a?: string, b?: string) => {
        const variableName = a ?? b ?? '';
        const value: unknown = scopedVars[variableName]?.value ?? variables[variableName];
        if (value === undefined) {
          return match;
        }
        // Grafana hands every option to the formatter when "All" is chosen
        const given =
          value === '$__all' || (Array.isArray(value) && value[0] === '$__all') ? ['all', 'of', 'them'] : value;
        interpolations?.push({ match, variableName, value: String(given), found: true });
        return typeof format === 'function' ? String(format(given)) : String(given);
      }),
  };
}
