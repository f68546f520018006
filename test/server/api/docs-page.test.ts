import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../server/src/api/errors/catalogue.js';
import { readRoutes } from './route-table.js';
import { startApi } from './start-api.js';

describe('the documentation page', () => {
  it('has every operation with its examples, every schema and every error', async () => {
    const api = await startApi();
    const page = await (await api.fetch('/docs')).text();
    const { components } = (await (await api.fetch('/openapi.json')).json()) as {
      components: { schemas: Record<string, unknown> };
    };
    for (const { method, template, operation } of await readRoutes(api)) {
      expect(page).toContain(`id="${operation.operationId}"`);
      expect(page).toContain(`<span class="method">${method}</span> <code>${template}</code>`);
    }
    expect(page.split('<pre>').length - 1).toBeGreaterThanOrEqual(20);
    for (const name of Object.keys(components.schemas)) expect(page).toContain(`id="schema-${name}"`);
    for (const code of errorCodes) expect(page).toContain(`id="error-${code}"`);
  });

  it('has commands with the address that the reader came by', async () => {
    const api = await startApi();
    const { host } = new URL(api.url);
    const page = await (await api.fetch('/docs')).text();
    expect(page).toContain(`curl -sS \\\n  &#39;http://${host}/api/v1/`);
    expect(page).not.toContain('127.0.0.1:4030');
  });

  it('links only to places that it has', async () => {
    const page = await (await (await startApi()).fetch('/docs')).text();
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link]) => link as string);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !link.startsWith('#') && link !== '/openapi.json')).toEqual([]);
    expect(links.filter((link) => link.startsWith('#') && !ids.has(link.slice(1)))).toEqual([]);
  });

  it('runs no script and loads nothing: its policy allows its own style sheet by hash', async () => {
    const response = await (await startApi()).fetch('/docs');
    const page = await response.text();
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    expect(style).toContain('prefers-color-scheme: dark');
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(
      /<(?:script|link|img|iframe|form|object|embed)\b|\son\w+=|\sstyle=|javascript:|url\(|@import/i,
    );
  });
});

describe('docs/api.md', () => {
  it('names the operations that there are', async () => {
    const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
    const named = new Set([...page.matchAll(/`(?:GET|POST|DELETE) \/[^`]*`/g)].map(([code]) => code.slice(1, -1)));
    const described = new Set(['/', '/docs', '/openapi.json']);
    const operations = (await readRoutes(await startApi()))
      .filter(({ template }) => !described.has(template))
      .map(({ method, template }) => `${method} ${template}`);
    expect([...named].sort()).toEqual(operations.sort());
  });
});
