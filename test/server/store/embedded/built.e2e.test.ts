import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type * as ClickHouse from '../../../../server/src/store/clickhouse-database.js';
import type * as Embedded from '../../../../server/src/store/embedded/embedded-database.js';
import { silentTelemetry } from '../../../../server/src/telemetry/telemetry.js';

const built = new URL('../../../../server/dist/store/', import.meta.url);
const cleanups: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

it('the built program finds the entry of its database process by itself', async () => {
  const { startEmbeddedDatabase } = (await import(
    new URL('embedded/embedded-database.js', built).href
  )) as typeof Embedded;
  const { createClickHouseDatabase } = (await import(
    new URL('clickhouse-database.js', built).href
  )) as typeof ClickHouse;
  const directory = await mkdtemp(join(tmpdir(), 'why403-built-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const embedded = await startEmbeddedDatabase({ directory, owner: 'test', telemetry: silentTelemetry });
  cleanups.push(() => embedded.stop());
  const { url, username, password, database: name } = embedded;
  const database = createClickHouseDatabase({ url, username, password, database: name, telemetry: silentTelemetry });
  cleanups.push(() => database.close());
  expect(await database.query('SELECT {x:String} AS x', { x: "it's there" })).toEqual([{ x: "it's there" }]);
});
