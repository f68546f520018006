import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWallClock } from '../../fake-aws/clock.js';
import { type FakeAws, startFakeAws } from '../../fake-aws/fake-aws.js';
import type { FakeLogGroup } from '../../fake-aws/world.js';
import { eventually, makeFolder, type Program, run, tidy, tidyMs } from '../service/program.js';
import { accessEvent, account, groups, region, shopAt } from './shop.js';

const hourMs = 3_600_000;
const ago = 10 * hourMs;
const requests = 100;

interface Told {
  readonly state: string;
  readonly windows: number;
  readonly doneWindows: number;
  readonly events: number;
  readonly groups: readonly { readonly group: string; readonly state: string }[];
}

const beganMs = Date.now();
const shop = shopAt(beganMs - 10 * 60_000);
const folder = makeFolder();
const config = join(folder, 'why403.yaml');
let aws: FakeAws<ReturnType<typeof createWallClock>>;

beforeAll(async () => {
  const prod = shop.logGroups.find(({ name }) => name === groups.prod) as FakeLogGroup;
  // Every other one is refused, one a minute.
  for (let n = 0; n < requests; n++) {
    const answer = n % 2 === 0 ? '403 INVALID_API_KEY' : '200 -';
    (prod.events as unknown[]).push(accessEvent(1_000 + n, beganMs - ago + n * 60_000, answer));
  }
  aws = await startFakeAws(
    { accounts: { [account]: { regions: { [region]: shop } } } },
    {
      clock: createWallClock(),
      faults: [{ operation: 'logs:FilterLogEvents', key: groups.dev, effect: { kind: 'denied' } }],
    },
  );
  writeFileSync(
    config,
    JSON.stringify({
      listen: { port: 0 },
      data: { directory: join(folder, 'data') },
      limits: { requestsPerMinute: 1_000_000 },
      sources: [{ kind: 'aws', settleSeconds: 1, firstReadHours: 1 }],
    }),
  );
}, 60_000);

afterAll(async () => {
  await tidy();
  await aws.close();
}, tidyMs);

async function serve(): Promise<{ program: Program; url: string }> {
  const program = run(['serve', '--config', config], aws.environment(account, region));
  const url = await program.address();
  return { program, url };
}

async function pastRequests(url: string): Promise<number> {
  const query = `from=${beganMs - 12 * hourMs}&to=${beganMs - 2 * hourMs}&metric=requests&stage=prod&step=1h`;
  const { columns } = (await (await fetch(`${url}/api/v1/series?${query}`)).json()) as {
    columns: readonly { name: string; values: readonly (number | null)[] }[];
  };
  return columns
    .filter(({ name }) => name !== 'time')
    .reduce((sum, { values }) => sum + values.reduce<number>((all, value) => all + (value ?? 0), 0), 0);
}

it('reads a past range once, through a kill of the service, and says what it could not read', async () => {
  const first = await serve();
  expect(await pastRequests(first.url)).toBe(0);
  const start = () =>
    fetch(`${first.url}/api/v1/backfills`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ from: 'now-11h', to: 'now-8h' }),
    });
  // As long as it is not known which groups there are it says so.
  await eventually('its begin', async () => (await start()).status !== 503);
  expect((await start()).status).toBe(409);
  const last = async (): Promise<Told | undefined> =>
    ((await (await fetch(`${first.url}/api/v1/backfills`)).json()) as { backfills: readonly Told[] }).backfills[0];
  await eventually('some of it', async () => ((await last())?.doneWindows ?? 0) > 0);
  first.program.kill('SIGKILL');
  await first.program.ended;

  const { url } = await serve();
  const command = run(['backfill', '--from', 'now-11h', '--to', 'now-8h', '--url', url, '--json'], {});
  const { code } = await command.ended;
  const told = JSON.parse(command.out) as Told;
  // One group may not be read.
  expect({ code, state: told.state }).toEqual({ code: 1, state: 'failed' });
  const unread = told.groups.filter(({ state }) => state !== 'done');
  expect(unread.map(({ group, state }) => [group, state])).toEqual([[groups.dev, 'denied']]);
  // What is complete up to then, once live reading has said so.
  await eventually('all of it', async () => (await pastRequests(url)) > 0);
  expect(await pastRequests(url)).toBe(requests);
}, 240_000);
