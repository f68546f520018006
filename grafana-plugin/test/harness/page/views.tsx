import {
  type CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type DataSourceJsonData,
  type DataSourcePlugin,
  type DataSourceSettings,
  dateTime,
  type TimeRange,
} from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { type DataQuery } from '@grafana/schema';
import { Alert, Badge, Button, Stack } from '@grafana/ui';
import React, { useCallback, useEffect, useState } from 'react';
import { lastValueFrom, from } from 'rxjs';
import { type Headings, Panel } from './Panel';

type Query = DataQuery & Record<string, unknown>;
type Plugin = DataSourcePlugin<DataSourceApi<Query>, Query>;

export interface ViewProps {
  plugin: Plugin;
  datasource: DataSourceApi<Query>;
  range: TimeRange;
  params: URLSearchParams;
}

/** As wide as the window, less the page's edge. */
const panelWidth = window.innerWidth - 32;

const drawsBars = (query: Query) => query['queryType'] === 'series' && (query['metric'] ?? 'count') === 'count';
/** Above 1 is a spike. */
const thresholdOf = (query: Query) => (query['queryType'] === 'spikes' ? 1 : undefined);

function ask(
  datasource: DataSourceApi<Query>,
  query: Query,
  range: TimeRange,
  app: string
): Promise<DataQueryResponse> {
  const request: DataQueryRequest<Query> = {
    requestId: crypto.randomUUID(),
    app,
    range,
    interval: '1m',
    intervalMs: 60_000,
    maxDataPoints: 300,
    scopedVars: {},
    startTime: Date.now(),
    targets: [query],
    timezone: 'utc',
  };
  const filtered = {
    ...request,
    targets: request.targets.filter((target) => datasource.filterQuery?.(target) ?? true),
  };
  return lastValueFrom(from(datasource.query(filtered)), { defaultValue: { data: [] } });
}

function useAnswer(datasource: DataSourceApi<Query>, query: Query, range: TimeRange, app: string) {
  const [response, setResponse] = useState<DataQueryResponse | undefined>();
  const run = useCallback(
    (asked: Query) => {
      ask(datasource, asked, range, app)
        .catch((error): DataQueryResponse => ({ data: [], errors: [{ message: String(error.message) }] }))
        .then(setResponse);
    },
    [datasource, range, app]
  );
  useEffect(() => run(query), []); // the first run; later ones are the editor's wish
  return { response, run };
}

/** A query editor above its panel, as when a panel is edited: `?view=query&query={…}&app=…`. */
export function QueryView({ plugin, datasource, range, params }: ViewProps) {
  const Editor = plugin.components.QueryEditor!;
  const app = (params.get('app') ?? 'panel-editor') as CoreApp;
  const [query, setQuery] = useState<Query>({
    refId: 'A',
    ...datasource.getDefaultQuery?.(app),
    ...JSON.parse(params.get('query') ?? '{}'),
  });
  const { response, run } = useAnswer(datasource, query, range, app);
  useEffect(() => {
    if (response !== undefined) {
      // what tests look at
      Object.assign(window, { lastResponse: response });
    }
  }, [response]);
  const latest = React.useRef(query);
  const panel = {
    title: datasource.getQueryDisplayText?.(query) ?? '',
    range,
    width: panelWidth,
    height: Number(params.get('panelHeight') ?? 300),
  };
  return (
    <Stack direction="column" gap={2}>
      {params.get('panel') === 'no' ? null : query.queryType === 'annotations' ? (
        <MarkedPanel {...panel} marks={response?.data[0]} datasource={datasource} />
      ) : (
        <Panel
          {...panel}
          response={response}
          bars={drawsBars(query)}
          threshold={thresholdOf(query)}
          headings={headingsOf(params)}
        />
      )}
      <div data-testid="query-editor">
        <Editor
          datasource={datasource}
          query={query}
          app={app}
          range={range}
          onChange={(next) => {
            latest.current = next;
            setQuery(next);
            Object.assign(window, { lastQuery: next });
          }}
          onRunQuery={() => run(latest.current)}
        />
      </div>
    </Stack>
  );
}

/** `?headings={column: heading, …}` */
const headingsOf = (params: URLSearchParams): Headings | undefined =>
  JSON.parse(params.get('headings') ?? 'null') ?? undefined;

/** What annotations are made for: marks on another query's graph. */
function MarkedPanel({
  datasource,
  ...rest
}: Omit<React.ComponentProps<typeof Panel>, 'response'> & Pick<ViewProps, 'datasource'>) {
  const { response } = useAnswer(
    datasource,
    { refId: 'B', version: 1, queryType: 'series', by: ['group'] },
    rest.range,
    'dashboard'
  );
  return <Panel {...rest} response={response} bars />;
}

/** Panels side by side: `?view=dashboard&panels=[{title, query, wide, height, headings}]`. */
export function DashboardView({ datasource, range, params }: ViewProps) {
  const panels = JSON.parse(params.get('panels') ?? '[]') as PanelDescription[];
  return (
    <Stack direction="row" wrap="wrap" gap={1}>
      {panels.map((panel) => (
        <DashboardPanel key={panel.title} {...panel} datasource={datasource} range={range} />
      ))}
    </Stack>
  );
}

interface PanelDescription {
  title: string;
  query: Query;
  wide?: boolean;
  height?: number;
  headings?: Headings;
}

function DashboardPanel({
  query,
  wide = false,
  height = 280,
  datasource,
  range,
  ...rest
}: PanelDescription & Pick<ViewProps, 'datasource' | 'range'>) {
  const { response } = useAnswer(datasource, { ...query, refId: 'A' }, range, 'dashboard');
  return (
    <Panel
      {...rest}
      response={response}
      range={range}
      width={wide ? panelWidth : (panelWidth - 8) / 2}
      height={height}
      bars={drawsBars(query)}
      threshold={thresholdOf(query)}
    />
  );
}

const emptySettings = {
  id: 1,
  uid: 'why403',
  orgId: 1,
  name: 'Why403',
  type: 'why403-apigateway-datasource',
  typeName: 'Why403',
  typeLogoUrl: '',
  access: 'proxy',
  url: 'http://localhost:4030',
  user: '',
  database: '',
  basicAuth: false,
  basicAuthUser: '',
  isDefault: false,
  jsonData: {},
  secureJsonFields: {},
  readOnly: false,
  withCredentials: false,
} satisfies DataSourceSettings;

/** The settings page with its test button: `?view=config&settings={…}`. */
export function ConfigView({ plugin, datasource, params }: ViewProps) {
  const Editor = plugin.components.ConfigEditor!;
  const [options, setOptions] = useState<DataSourceSettings<DataSourceJsonData>>({
    ...emptySettings,
    ...JSON.parse(params.get('settings') ?? '{}'),
  });
  const [health, setHealth] = useState<{ severity: 'success' | 'error'; message: string } | undefined>();
  const saveAndTest = async () => {
    try {
      await lastValueFrom(
        getBackendSrv().fetch({ url: `/api/datasources/uid/${datasource.uid}`, method: 'PUT', data: options })
      );
      const { message } = await datasource.testDatasource();
      setHealth({ severity: 'success', message });
    } catch (error) {
      setHealth({ severity: 'error', message: (error as Error).message });
    }
  };
  Object.assign(window, { lastSettings: options });
  return (
    <Stack direction="column" gap={2}>
      <div data-testid="config-editor" style={{ maxWidth: 700 }}>
        <Editor options={options} onOptionsChange={setOptions} />
      </div>
      {health && (
        <div style={{ maxWidth: 700 }}>
          <Alert severity={health.severity} title={health.message} data-testid="health" />
        </div>
      )}
      <Button onClick={saveAndTest} style={{ alignSelf: 'flex-start' }}>
        Save & test
      </Button>
    </Stack>
  );
}

/** The editor of a dashboard variable, and what the variable then offers: `?view=variable&query={…}`. */
export function VariableView({ datasource, range, params }: ViewProps) {
  const support = datasource.variables as unknown as {
    editor: React.ComponentType<Record<string, unknown>>;
    getDefaultQuery(): Query;
    query(request: object): ReturnType<typeof from>;
  };
  const [query, setQuery] = useState<Query>({
    ...support.getDefaultQuery(),
    refId: 'variable',
    ...JSON.parse(params.get('query') ?? '{}'),
  });
  const [choices, setChoices] = useState<string[]>([]);
  const [Editor] = useState(() => support.editor);
  useEffect(() => {
    lastValueFrom(support.query({ targets: [query], range, scopedVars: {} })).then((answer) =>
      setChoices((answer as { data: Array<{ text: string }> }).data.map(({ text }) => text))
    );
  }, [query, range, support]);
  return (
    <Stack direction="column" gap={2}>
      <div data-testid="variable-editor">
        <Editor datasource={datasource} query={query} range={range} onChange={setQuery} onRunQuery={() => undefined} />
      </div>
      <Stack direction="row" wrap="wrap" gap={1} data-testid="variable-choices">
        {choices.map((choice) => (
          <Badge key={choice} text={choice} color="blue" />
        ))}
      </Stack>
    </Stack>
  );
}

/** The examples beside the editor in Explore. */
export function HelpView({ plugin, datasource }: ViewProps) {
  const Help = plugin.components.QueryEditorHelp!;
  return (
    <div style={{ maxWidth: 700 }}>
      <Help
        datasource={datasource}
        query={{ refId: 'A' }}
        onClickExample={(query: Query) => Object.assign(window, { lastQuery: query })}
      />
    </div>
  );
}

export const rangeOf = (params: URLSearchParams): TimeRange => {
  const to = dateTime(Number(params.get('to') ?? Date.now()));
  const from = dateTime(Number(params.get('from') ?? to.valueOf() - 6 * 3_600_000));
  return { from, to, raw: { from, to } };
};
