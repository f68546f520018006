import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderGoTypes } from './go-types.js';
import { createPluginDocument } from './plugin-document.js';
import { renderTypeScriptTypes } from './typescript-types.js';

const inPlugin = (path: string) => fileURLToPath(new URL(`../../../grafana-plugin/${path}`, import.meta.url));

/** `npm run generate:api-types` writes them. */
describe("the plugin's types are those of the service's OpenAPI document", () => {
  it('in TypeScript', { timeout: 120_000 }, async () => {
    await expectFile('src/api/types.gen.ts', await renderTypeScriptTypes(createPluginDocument()));
  });

  it('in Go', { timeout: 280_000 }, async ({ skip }) => {
    const lacksGo = spawnSync('go', ['version']).status !== 0;
    if (lacksGo && process.env['CI'] === 'true') throw new Error('Go is not installed, and CI skips nothing');
    skip(lacksGo, 'Go is not installed; its types are written by a Go program');
    await expectFile('pkg/api/types.gen.go', await renderGoTypes(createPluginDocument()));
  });
});

async function expectFile(path: string, text: string): Promise<void> {
  expect(existsSync(inPlugin(path)), `${path} is missing: run npm run generate:api-types`).toBe(true);
  await expect(text).toMatchFileSnapshot(inPlugin(path));
}
