import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const engine = fileURLToPath(new URL('parsers/src/index.ts', import.meta.url));

// Tests read the engine's sources, not a build that may be old; end-to-end tests run the built program.
const resolve = { alias: [{ find: /^@why403\/parsers$/, replacement: engine }] };
const property = ['test/**/*.property.test.ts', 'test/must-hold/**/*.test.ts'];
const endToEnd = ['test/**/*.e2e.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    projects: [
      { resolve, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...property, ...endToEnd] } },
      { resolve, test: { name: 'property', include: property, exclude: endToEnd, testTimeout: 280_000 } },
      { resolve, test: { name: 'end-to-end', include: endToEnd, testTimeout: 120_000 } },
    ],
  },
});
