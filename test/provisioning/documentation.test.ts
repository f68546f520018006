import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createClickHouseEventStore } from '../../server/src/store/clickhouse-event-store.js';
import { silentTelemetry } from '../../server/src/telemetry/telemetry.js';
import { retention, startMs } from '../conformance/store-rows.js';
import { useTestDatabase } from '../support/test-database.js';
import { filesOf, readText, repository } from './repository-files.js';
import { runTool } from './tools.js';

const pages = [
  ...filesOf('docs/grafana').filter((path) => path.endsWith('.md')),
  'docs/decisions/0009-grafana-plugin.md',
];
const database = useTestDatabase();

const anchorsOf = (page: string): readonly string[] => [
  ...[...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  ),
  ...[...page.matchAll(/<a id="(\w+)">/g)].map(([, id]) => id as string),
];

/** Rows of the tables below a heading (null: before the first one), without their headers; cells without the blanks. */
function rowsBelow(page: string, heading: string | null): readonly (readonly string[])[] {
  const sections = page.split('\n## ');
  const section = heading === null ? sections[0] : sections.find((text) => text.startsWith(`${heading}\n`));
  return [...(section ?? '').matchAll(/^\|(?!-)(.+)\|$/gm)]
    .map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))
    .slice(1);
}

describe('docs/grafana', () => {
  it.each(pages)('%s leads to pages and headings that are there', (path) => {
    const text = readText(path).replaceAll(/```[\s\S]*?```/g, '');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    for (const [, to = '', anchor] of links) {
      const target = to === '' ? path : join(dirname(path), to);
      expect([target, existsSync(join(repository, target))]).toEqual([target, true]);
      if (anchor !== undefined) expect(anchorsOf(readText(target))).toContain(anchor);
    }
  });

  // A sentence that was reworded would no longer be found by who looks for it.
  it('quotes what the plugin says', () => {
    const go =
      runTool('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'grafana-plugin/pkg'])?.out.split(
        '\n',
      ) ?? [];
    const said = go
      .filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'))
      .map(readText)
      .join('\n');
    const page = readText('docs/grafana/troubleshooting.md');
    const rules = rowsBelow(page, 'Alert rules').filter(([, because = '']) =>
      /one number|one measure|two measures|several numbers/.test(because),
    );
    const quoted = [...rowsBelow(page, 'Save & test, panels'), ...rules]
      .flatMap(([text = '']) => [...text.matchAll(/`([^`]+)`/g)].map(([, quote]) => quote as string))
      .flatMap((quote) => quote.split('…').map((part) => part.trim()))
      .filter((part) => part.length > 3);
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((part) => !said.includes(part))).toEqual([]);
  });

  it('lists every query type, and says of each what the backend does with it in alert rules', () => {
    const listed = rowsBelow(readText('docs/grafana/queries.md'), null).map(([name = '', , alerting = '']) => [
      /\*\*(.+)\*\* \(`(\w+)`\)/.exec(name)?.slice(1),
      alerting.startsWith('yes'),
    ]);
    const types = [
      ...readText('grafana-plugin/pkg/models/query_type.go').matchAll(
        /\{Type: (\w+), Name: "([^"]+)"(, InsteadInAlerts)?/g,
      ),
    ];
    const words = new Map(
      [...readText('grafana-plugin/pkg/models/query_type.go').matchAll(/^\t(Type\w+) += "(\w+)"$/gm)].map(
        ([, name, word]) => [name, word],
      ),
    );
    expect(types.length).toBe(8);
    expect(listed).toEqual(types.map(([, type, name, instead]) => [[name, words.get(type)], instead === undefined]));
  });

  it('has SQL that runs on the tables as they are', async () => {
    const fresh = await database.freshDatabase();
    await createClickHouseEventStore(fresh, { nowMs: () => startMs, telemetry: silentTelemetry }).migrate(retention);
    const statements = [...readText('docs/grafana/install.md').matchAll(/```sql\n([\s\S]*?)```/g)].map(
      ([, sql]) => sql as string,
    );
    expect(statements.length).toBe(4);
    for (const sql of statements) {
      const plain = sql
        .replaceAll('$__timeInterval(ts)', 'toStartOfMinute(ts)')
        .replaceAll('$__timeFilter(ts)', 'ts >= now() - INTERVAL 1 DAY AND ts <= now()')
        .replaceAll('why403.', '');
      expect(await fresh.query(plain)).toEqual([]);
    }
  });
});
