import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { checkEntry, type EntryCheck } from '../../../server/src/check/check-entry.js';
import { checkedEntry } from '../../../server/src/check/checked-entry.js';
import { findingCodes } from '../../../server/src/check/finding.js';
import { changeTools } from '../../../server/src/check/format-change.js';
import type { ProbeTarget } from '../../../server/src/check/probe.js';
import { createStageReviewer } from '../../../server/src/check/review-stages.js';
import { ServiceUnusable } from '../../../server/src/check/running-service.js';
import { type CheckParts, createCheckCommand } from '../../../server/src/cli/check.js';
import { ConfigurationError } from '../../../server/src/cli/configuration.js';
import { runCommandLine } from '../../../server/src/cli/run.js';
import type { FakeAws } from '../../fake-aws/fake-aws.js';
import { account, fakeFor, region, worldOf } from '../../fake-aws/harness.js';
import type { FakeWorld } from '../../fake-aws/world.js';
import { leaping } from '../aws/discovery/bed.js';
import { shopRegion } from '../aws/discovery/shop.js';
import { configOf } from '../config/load-config.js';
import { fakeServiceHost } from './fake-service-host.js';
import { expectGolden } from './golden.js';

const schema = JSON.parse(readFileSync(new URL('../../../docs/check.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);

const yaml = `sources:\n  - kind: aws\n    regions: [${region}]\n`;

interface Bed {
  readonly aws: FakeAws;
  readonly env?: Readonly<Record<string, string>>;
  readonly yaml?: string;
  readonly parts?: Partial<CheckParts>;
}

async function check({ aws, env = {}, yaml: text = yaml, parts = {} }: Bed, ...args: string[]) {
  const host = fakeServiceHost(env);
  const { credentials, endpoint } = aws.clientConfig(account, region);
  const command = createCheckCommand({
    host,
    readConfiguration: async () => configOf({ yaml: text }),
    entriesOf: ({ sources }) =>
      sources.flatMap((source, i) => (source.kind === 'aws' ? [checkedEntry(source, `sources[${i}]`, null)] : [])),
    checkEntry: (entry, onProgress) =>
      leaping(
        aws,
        checkEntry(entry, {
          ...{ credentials, endpoint, onProgress, nowMs: aws.clock.nowMs },
          wait: (ms, signal) => aws.clock.wait(ms, signal),
          signal: new AbortController().signal,
        }),
      ),
    reviewStages: async (entries: readonly EntryCheck[]) => {
      const review = createStageReviewer();
      return entries.flatMap(({ account: of, regions }) =>
        regions.flatMap(({ region: where, stages }) => stages.map((stage) => review(of ?? '', where, stage))),
      );
    },
    probeFirehose: async () => [{ level: 'ok', sentence: 'Took a request of 1 KiB in 0.1 s.' }],
    runningService: () => ({
      get: async () => {
        throw new ServiceUnusable('http://127.0.0.1:4030 does not answer.');
      },
    }),
    ...parts,
  });
  const commands = [{ name: 'check', usage: 'check', summary: '', load: async () => command }];
  const code = await runCommandLine({ commands, readVersion: async () => '' }, ['check', ...args], host);
  return { code, out: host.out.join(''), error: host.error.join('') };
}

const groups = ['/aws/apigateway/shop', '/aws/apigateway/web', 'aws-waf-logs-edge'].map((name) => ({ name }));
const wellWorld = (): FakeWorld => worldOf({ ...shopRegion(), logGroups: groups });

/** May read logs, and of the control plane the lists. */
function narrowWorld(): FakeWorld {
  const world = wellWorld();
  const policy = {
    Statement: [
      { Effect: 'Allow', Action: ['apigateway:GET', 'logs:FilterLogEvents'], Resource: '*' },
      { Effect: 'Deny', Action: 'apigateway:GET', Resource: 'arn:aws:apigateway:*::/usageplans*' },
    ],
  } as const;
  Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', policy }] });
  return world;
}

const schemaErrors = (output: string): readonly string[] =>
  validate(JSON.parse(output)) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`);

describe('why403 check', () => {
  it('an account that is set up well: 0, and what formats cannot tell', async () => {
    const { code, out } = await check({ aws: await fakeFor(wellWorld()) });
    expect(code).toBe(0);
    expectGolden('check-well.txt', out);
  });

  it('two entries that find the same log groups: a word to the second one, and no problem', async () => {
    const role = `arn:aws:iam::${account}:role/Why403Reader`;
    const two = `${yaml}  - kind: aws\n    regions: [${region}]\n    role: ${role}\n    include: {apis: [web]}\n`;
    const world = wellWorld();
    Object.assign(world.accounts[account] ?? {}, { roles: { Why403Reader: {} } });
    const { code, out } = await check({ aws: await fakeFor(world), yaml: two }, '--json');
    expect(code).toBe(0);
    expect(schemaErrors(out)).toEqual([]);
    const { findings } = JSON.parse(out) as { findings: readonly { code: string }[] };
    expect(findings.filter(({ code }) => code === 'groups_found_twice')).toEqual([
      expect.objectContaining({
        ...{ about: 'sources[1]', account, region, level: 'warning' },
        sentence: expect.stringContaining('/aws/apigateway/web'),
      }),
    ]);
  });

  it('permissions that lack: 1, and the statements to add', async () => {
    const { code, out } = await check({ aws: await fakeFor(narrowWorld()) });
    expect(code).toBe(1);
    expectGolden('check-permissions.txt', out);
  });

  it.each(changeTools)('--as %s shows the change of the stages that were asked for', async (tool) => {
    const { out } = await check({ aws: await fakeFor(wellWorld()) }, '--api', 'shop', '--stage', 'prod', '--as', tool);
    expect(out).toContain('shop (rest000001) / prod');
    expect(out).not.toContain('/ dev');
    const words = {
      aws: 'update-stage',
      terraform: 'access_log_settings {',
      cdk: 'CfnStage',
      sam: 'Serverless::Api',
      cloudformation: 'AWS::ApiGateway::Stage',
    };
    for (const [each, word] of Object.entries(words)) expect(out.includes(word)).toBe(each === tool);
    expect(out).toContain('no redeployment');
  });

  it('no line is wider than the terminal but those that are copied', async () => {
    const { out } = await check({ aws: await fakeFor(narrowWorld()) });
    const wide = out.split('\n').filter((line) => line.length > 80 && !line.startsWith('    '));
    expect(wide).toEqual([]);
  });

  it('an invalid configuration: 1, each problem with its key', async () => {
    const parts = {
      readConfiguration: async () => {
        throw new ConfigurationError([
          { key: 'sources[0].regions', origin: 'why403.yaml:3', sentence: 'Expected a list.' },
        ]);
      },
    };
    const { code, out } = await check({ aws: await fakeFor(wellWorld()), parts });
    expect(code).toBe(1);
    expect(out).toContain('✗ sources[0].regions (why403.yaml:3): Expected a list.');
  });

  it('no source of kind aws: 0, and says that nothing else was checked', async () => {
    const { code, out } = await check({ aws: await fakeFor(wellWorld()), yaml: 'sources: []\n' });
    expect(code).toBe(0);
    expect(out).toContain('! No source is of kind aws');
  });

  it('--url: the share that a format would decide', async () => {
    const rows = { api_id: ['rest000001'], stage: ['prod'], refused: [400] };
    const advice = {
      api_id: ['rest000001'],
      stage: ['prod'],
      cause: ['unknown'],
      advice: ['Log $context.error.message.'],
      requests: [100],
    };
    const columns = (of: object) => Object.entries(of).map(([name, values]) => ({ name, values }));
    const parts: Partial<CheckParts> = {
      runningService: () => ({
        get: async (path, shape) => shape.parse({ columns: columns(path.includes('advice') ? advice : rows) }),
      }),
    };
    const { out } = await check({ aws: await fakeFor(wellWorld()), parts }, '--url', 'http://127.0.0.1:4030');
    expect(out).toContain('25 % of 400 refusals in 24 h');
    expect(out.replace(/\s+/g, ' ')).toContain('at least 100 of the 400 refusals of the last 24 hours (25 %)');
  });

  it('--url of a service that does not answer: 1, and all else is checked', async () => {
    const { code, out } = await check({ aws: await fakeFor(wellWorld()) }, '--url', 'http://127.0.0.1:4030');
    expect(code).toBe(1);
    expect(out).toContain('✗ http://127.0.0.1:4030 does not answer.');
    expect(out).toContain('is not known');
  });

  it.each([
    ['a well account', wellWorld, 0],
    ['permissions that lack', narrowWorld, 1],
  ] as const)('--json of %s fits its schema', async (_name, world, expected) => {
    const { code, out } = await check({ aws: await fakeFor(world()) }, '--json');
    expect(code).toBe(expected);
    expect(schemaErrors(out)).toEqual([]);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ ok: expected === 0, firehose: null });
    expect(report.stages).toHaveLength(5);
    expect(report.missingPermissions).toHaveLength(expected);
  });
});

describe('why403 check --firehose', () => {
  const url = 'https://why403.example.com/api/v1/ingest/firehose';

  it('tries the endpoint with the key of the environment, and nothing else', async () => {
    const tried: ProbeTarget[] = [];
    const parts: Partial<CheckParts> = {
      probeFirehose: async (target) => {
        tried.push(target);
        return [{ level: 'problem', sentence: 'nginx refuses it with 413.' }];
      },
    };
    const aws = await fakeFor(wellWorld());
    const arn = 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-shop';
    const env = { WHY403_FIREHOSE_KEY: 'w403_ingest_x' };
    const { code, out } = await check({ aws, env, parts }, '--firehose', url, '--source-arn', arn);
    expect(tried).toEqual([{ url, token: 'w403_ingest_x', sourceArn: arn }]);
    expect({ code, calls: aws.calls.count() }).toEqual({ code: 1, calls: 0 });
    expect(out).toContain('✗ nginx refuses it with 413.');
  });

  it('--json fits the schema too', async () => {
    const env = { WHY403_FIREHOSE_KEY: 'w403_ingest_x' };
    const { code, out } = await check({ aws: await fakeFor(wellWorld()), env }, '--firehose', url, '--json');
    expect(code).toBe(0);
    expect(schemaErrors(out)).toEqual([]);
  });
});

describe('wrong usage', () => {
  it.each([
    ['an argument', ['why403.yaml']],
    ['a tool that is not known', ['--as', 'teraform']],
    ['a key as an argument is no option', ['--firehose', 'https://x.example.com', '--key', 'w403_ingest_x']],
    ['--firehose without the key', ['--firehose', 'https://x.example.com']],
    ['--source-arn alone', ['--source-arn', 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/x']],
    ['an address that is none', ['--url', 'localhost:4030']],
  ])('%s', async (_name, args) => {
    const { code, out, error } = await check({ aws: await fakeFor(wellWorld()) }, ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(/^why403: .+\n.+\n$/);
  });
});

describe('docs/check.schema.json and docs/check-output.md', () => {
  it('know every code', () => {
    expect([...schema.$defs.finding.properties.code.enum].sort()).toEqual([...findingCodes].sort());
    const page = readFileSync(new URL('../../../docs/check-output.md', import.meta.url), 'utf8');
    const words = [
      ...findingCodes,
      ...Object.keys(schema.properties),
      ...['finding', 'missing', 'stage', 'probe'].flatMap((name) => Object.keys(schema.$defs[name].properties)),
    ];
    expect(words.filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
  });
});
