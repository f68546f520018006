import { afterAll, describe, it } from 'vitest';
import { createClickHouseDatabase } from '../../../server/src/store/clickhouse-database.js';
import type { Database } from '../../../server/src/store/database.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { testEventStore } from '../../conformance/event-store.js';
import { useTestDatabase } from '../../support/test-database.js';

const embedded = useTestDatabase();
testEventStore('embedded', () => embedded.freshDatabase());

// A server of one's own, e.g. WHY403_TEST_CLICKHOUSE_URL=http://default:secret@127.0.0.1:8123
const serverUrl = process.env['WHY403_TEST_CLICKHOUSE_URL'] ?? '';
if (serverUrl === '') {
  describe('event store: ClickHouse server', () => {
    it('is not tried: WHY403_TEST_CLICKHOUSE_URL names none', () => {});
  });
} else {
  testEventStore('ClickHouse server', openOnServer);
}

const opened: { readonly database: Database; readonly name: string }[] = [];

async function openOnServer(): Promise<Database> {
  const url = new URL(serverUrl);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const connect = (database: string) =>
    createClickHouseDatabase({
      url: url.href,
      username: decodeURIComponent(username) || 'default',
      password: decodeURIComponent(password),
      database,
      telemetry: silentTelemetry,
    });
  const name = `why403_test_${process.pid}_${opened.length}`;
  const admin = connect('default');
  await admin.command(`CREATE DATABASE ${name}`);
  await admin.close();
  const database = connect(name);
  opened.push({ database, name });
  return database;
}

afterAll(async () => {
  for (const { database, name } of opened) {
    await database.command(`DROP DATABASE ${name}`);
    await database.close();
  }
});
