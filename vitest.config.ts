import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const engine = fileURLToPath(new URL('parsers/src/index.ts', import.meta.url));

// Tests read the engine's sources, not a build that may be old; end-to-end tests run the built program.
const resolve = { alias: [{ find: /^@why403\/parsers$/, replacement: engine }] };
const property = ['test/**/*.property.test.ts', 'test/must-hold/**/*.test.ts'];
// These need the built plugin (`npm run build:plugin`), whose backend needs Go.
const plugin = ['test/grafana-plugin/artifact/**/*.test.ts', 'test/e2e/grafana-plugin/**/*.e2e.test.ts'];
// Minutes of real time, in a Prometheus.
const alerting = ['test/e2e/alerting/**/*.e2e.test.ts'];
// Days of collecting from a fake AWS, each in about a minute.
const simulation = ['test/simulation-aws/**/*.e2e.test.ts'];
const endToEnd = ['test/**/*.e2e.test.ts'];
// test/openapi-client has dependencies of its own, some with tests of theirs.
const foreign = ['**/node_modules/**'];

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...property, ...endToEnd, ...plugin, ...foreign],
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        test: { name: 'property', include: property, exclude: [...endToEnd, ...foreign], testTimeout: 280_000 },
      },
      {
        resolve,
        test: {
          name: 'end-to-end',
          include: endToEnd,
          exclude: [...plugin, ...alerting, ...simulation, ...foreign],
          testTimeout: 120_000,
        },
      },
      // As many seeds as are asked for, one after the other.
      { resolve, test: { name: 'simulation', include: simulation, exclude: foreign, testTimeout: 86_400_000 } },
      { resolve, test: { name: 'alerting', include: alerting, exclude: foreign } },
      { resolve, test: { name: 'grafana-plugin', include: plugin, exclude: foreign, testTimeout: 120_000 } },
    ],
  },
});
