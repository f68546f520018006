import { createTheme, type DataSourceInstanceSettings, type DataSourcePluginMeta, ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import React, { type ComponentType } from 'react';
import { createRoot } from 'react-dom/client';
import { loadPlugin } from './host-modules';
import { installServices } from './services';
import { ConfigView, DashboardView, HelpView, QueryView, rangeOf, VariableView, type ViewProps } from './views';

const views: Readonly<Record<string, ComponentType<ViewProps>>> = {
  config: ConfigView,
  dashboard: DashboardView,
  help: HelpView,
  query: QueryView,
  variable: VariableView,
};

/** `?view=…&theme=dark|light&from=…&to=…`; see views.tsx for the rest. */
async function start(): Promise<void> {
  const params = new URLSearchParams(window.location.search);
  const theme = createTheme({ colors: { mode: params.get('theme') === 'light' ? 'light' : 'dark' } });
  installServices();
  const { plugin } = await loadPlugin<{ plugin: ViewProps['plugin'] }>('/dist/module.js');
  const meta = (await (await fetch('/dist/plugin.json')).json()) as DataSourcePluginMeta;
  const settings = {
    id: 1,
    uid: 'why403',
    type: meta.id,
    name: meta.name,
    meta,
    readOnly: false,
    access: 'proxy',
    jsonData: {},
  } as DataSourceInstanceSettings;
  const datasource = new plugin.DataSourceClass(settings);
  const View = views[params.get('view') ?? 'query'];
  if (View === undefined) {
    throw new Error(`?view= is one of ${Object.keys(views).join(', ')}`);
  }
  document.body.style.background = theme.colors.background.primary;
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div id="page" style={{ padding: 16 }}>
        <View plugin={plugin} datasource={datasource} range={rangeOf(params)} params={params} />
      </div>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

void start();
