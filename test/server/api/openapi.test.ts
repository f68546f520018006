import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../../server/src/api/app.js';
import { readRoutes } from './route-table.js';
import { apiDeps, startApi } from './start-api.js';

describe('the OpenAPI document', () => {
  it('is valid by the recommended rules of a linter', async () => {
    const api = await startApi();
    const source = await (await api.fetch('/openapi.json')).text();
    const problems = await lintFromString({ source, config: await createConfig({ extends: ['recommended'] }) });
    const told = problems.map(({ ruleId, message, location }) => `${location[0]?.pointer} ${ruleId}: ${message}`);
    // The start page is a redirect and nothing else.
    expect(told.filter((line) => !line.startsWith('#/paths/~1/get/responses operation-2xx-response'))).toEqual([]);
  });

  it('has the routes that are served, no more and no less', async () => {
    const { router } = createApi(apiDeps()) as unknown as {
      router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
    };
    const served = router.stack.flatMap(({ route }) =>
      // `all` at each path answers what the document does not have
      route === undefined || Object.keys(route.methods).length > 1
        ? []
        : Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`),
    );
    const documented = (await readRoutes(await startApi())).map(
      ({ method, template }) => `${method} ${template.replace(/\{(\w+)\}/g, ':$1')}`,
    );
    expect(served.sort()).toEqual(documented.sort());
  });

  it('has an example and an error for each operation', async () => {
    for (const { operation } of await readRoutes(await startApi())) {
      expect(operation['x-codeSamples'].length, operation.operationId).toBeGreaterThan(0);
    }
  });

  it('asks for a token everywhere but at the probes', async () => {
    const routes = await readRoutes(await startApi());
    const open = routes.filter(({ operation }) => operation.security?.length === 0).map(({ template }) => template);
    expect(open).toEqual(['/healthz', '/readyz']);
  });
});
