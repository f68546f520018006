import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Why403Query } from '../types';
import { migrateQuery } from './migrate-query';
import { queryTypes } from './query-types';

/** The backend's tests read the same files. */
const directory = join(__dirname, '../../testdata/queries');

interface Fixture {
  name: string;
  stored: Why403Query;
  migrated?: Why403Query;
  alert?: boolean;
  says?: string;
}

const fixtures = readdirSync(directory)
  .filter((file) => file.endsWith('.json'))
  .map((file): [string, Fixture] => [file, JSON.parse(readFileSync(join(directory, file), 'utf8'))]);
const migrations = fixtures.filter(([, { migrated }]) => migrated !== undefined);

it('finds the fixtures of both versions', () => {
  expect(migrations.some(([file]) => file.startsWith('v0_'))).toBe(true);
  expect(migrations.some(([file]) => file.startsWith('v1_'))).toBe(true);
});

describe('a stored query becomes what the backend makes of it', () => {
  it.each(migrations)('%s', (_, { stored, migrated }) => {
    expect(migrateQuery(stored)).toEqual(migrated);
  });

  it.each(migrations)('%s, migrated twice, changes no more', (_, { migrated }) => {
    expect(migrateQuery(migrated!)).toEqual(migrated);
  });

  it.each(migrations)('%s is left as it was', (_, { stored }) => {
    const before = JSON.stringify(stored);
    migrateQuery(stored);
    expect(JSON.stringify(stored)).toBe(before);
  });
});

describe('query types that cannot be alerted on are those that the backend refuses to alert rules', () => {
  const refused = fixtures.filter(([, { alert }]) => alert === true).map(([, fixture]) => fixture);

  it.each(queryTypes.map((info): [string, (typeof queryTypes)[number]] => [info.name, info]))('%s', (name, info) => {
    const refusals = refused.filter(
      ({ stored, says }) => stored.queryType === info.type && says?.includes(`query type ${name}`)
    );
    expect(refusals.length === 0).toBe(info.alerting);
  });
});
