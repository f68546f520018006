import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWallClock } from '../../fake-aws/clock.js';
import { type FakeAws, startFakeAws } from '../../fake-aws/fake-aws.js';
import type { FakePoint } from '../../fake-aws/world.js';
import { eventually, makeFolder, run, tidy, tidyMs } from '../service/program.js';
import { account, region, shopAt } from './shop.js';

const minuteMs = 60_000;
const limitMs = 150_000;
/** A whole minute, in which 3 of 40 requests of a stage are refused. */
const eventMs = Math.floor(Date.now() / minuteMs) * minuteMs - 20 * minuteMs;
const perMinute = 40;

/** As CloudWatch has it: the same in every minute. */
function* points(fromMs: number, toMs: number): Iterable<FakePoint> {
  for (let at = Math.ceil(fromMs / minuteMs) * minuteMs; at < toMs; at += minuteMs) {
    yield { timestamp: at, value: 1, samples: perMinute };
  }
}

let aws: FakeAws<ReturnType<typeof createWallClock>>;
let url = '';

beforeAll(async () => {
  const shop = shopAt(eventMs);
  shop.metrics = [
    { namespace: 'AWS/ApiGateway', name: 'Count', dimensions: { ApiName: 'shop', Stage: 'prod' }, points },
  ];
  aws = await startFakeAws({ accounts: { [account]: { regions: { [region]: shop } } } }, { clock: createWallClock() });
  const folder = makeFolder();
  const config = join(folder, 'why403.yaml');
  const source = { kind: 'aws', settleSeconds: 1, firstReadHours: 1, thriftyReading: 'always', metricTotals: true };
  writeFileSync(
    config,
    JSON.stringify({
      listen: { port: 0 },
      data: { directory: join(folder, 'data') },
      limits: { requestsPerMinute: 1_000_000 },
      sources: [{ ...source, include: { stages: ['prod'] } }],
    }),
  );
  url = await run(['serve', '--config', config], aws.environment(account, region)).address();
}, 60_000);

afterAll(async () => {
  await tidy();
  await aws.close();
}, tidyMs);

interface Series {
  readonly basis: string;
  readonly columns: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

async function series(metric: string): Promise<{ readonly basis: string; readonly values: readonly unknown[] }> {
  const asked = `metric=${metric}&stage=prod&from=${eventMs}&to=${eventMs + minuteMs}&step=1m`;
  const { basis, columns } = (await (await fetch(`${url}/api/v1/series?${asked}`)).json()) as Series;
  return { basis, values: columns.filter(({ name }) => name !== 'time').flatMap(({ values }) => [...values]) };
}

it(
  'a stage of which refusals only are read has the share that CloudWatch metrics make of them',
  async () => {
    await eventually('the share', async () => (await series('share')).values[0] === 3 / perMinute, limitMs);
    expect(await series('share')).toEqual({ basis: 'metric', values: [3 / perMinute] });
    expect(await series('requests')).toEqual({ basis: 'metric', values: [perMinute] });
  },
  2 * limitMs,
);
