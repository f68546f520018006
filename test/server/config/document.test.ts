import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configurationDocument, exampleFile, table } from '../../../server/src/config/document.js';
import { configKeys } from '../../../server/src/config/schema-tree.js';
import { serviceFailures } from '../../../server/src/service/service-error.js';
import { serviceMetrics } from '../../../server/src/telemetry/metrics.js';
import { configOf } from './load-config.js';

const path = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url));

const exitCodes = `## Exit codes

Of \`why403 serve\` and \`why403 demo\`. What went wrong stands in one sentence on standard error.

${table(
  ['code', 'meaning'],
  [
    ['`0`', 'ended as it was asked to'],
    ['`1`', 'a defect of why403, or output that cannot be written'],
    ...Object.values(serviceFailures).map(({ exitCode, meaning }) => [`\`${exitCode}\``, meaning]),
    ['`130`, `143`', 'asked twice to end (SIGINT, SIGTERM): at once, without waiting for what is under way'],
  ],
)}`;

const metrics = `## Metrics

At \`/metrics\`, besides the gauges that are read from the store, the service's own activity:

${table(
  ['metric', 'type', 'labels', 'meaning'],
  Object.entries(serviceMetrics).map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(' '),
    help,
  ]),
)}
With \`telemetry.otlpEndpoint\` the same counters (of a histogram its sum and count) and spans of reading, storing, settling and
housekeeping are exported by OTLP. What the collector wants in headers stands in \`OTEL_EXPORTER_OTLP_HEADERS\`.
`;

describe('docs/configuration.md', () => {
  it('is what the schema says', () => {
    const expected = configurationDocument({ exitCodes, metrics });
    const { UPDATE_GOLDEN } = process.env;
    if (UPDATE_GOLDEN === '1') writeFileSync(path, expected);
    expect(existsSync(path), 'run UPDATE_GOLDEN=1 npx vitest run test/server/config').toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(expected);
  });

  it('its example is a valid configuration that holds every key', () => {
    const config = configOf({ yaml: exampleFile() });
    const example = exampleFile();
    for (const { path: keys, node } of configKeys()) {
      expect(example).toContain(`${keys.at(-1)}:`);
      const value = keys.reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], config);
      expect(value, keys.join('.')).toBeDefined();
      expect(node.info.description).toMatch(/[.)]$/);
    }
  });
});
