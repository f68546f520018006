import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWallClock } from '../../fake-aws/clock.js';
import { startFakeAws } from '../../fake-aws/fake-aws.js';
import { account, region, worldOf } from '../../fake-aws/harness.js';
import { noQuotas } from '../../fake-aws/quotas.js';
import type { FakeWorld } from '../../fake-aws/world.js';

const program = fileURLToPath(new URL('../../../server/bin/why403.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** The built program, with nothing in its environment but what is given. */
function why403(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let error = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    error += bytes.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, error })));
}

async function fake(world: FakeWorld) {
  const aws = await startFakeAws(world, { clock: createWallClock(), quotas: noQuotas });
  onTestFinished(() => aws.close());
  return aws;
}

function configuration(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'why403-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'why403.yaml');
  writeFileSync(path, text);
  return path;
}

const oneApi = (): FakeWorld =>
  worldOf({
    logGroups: [{ name: '/aws/apigateway/shop' }],
    restApis: [
      {
        api: { id: 'rest000001', name: 'shop' },
        stages: [
          {
            stageName: 'prod',
            accessLogSettings: {
              format: '$context.requestId $context.status',
              destinationArn: `arn:aws:logs:${region}:${account}:log-group:/aws/apigateway/shop`,
            },
          },
        ],
      },
    ],
  });

describe('the built why403 check', () => {
  it('reads the environment as every tool of AWS does, and says what the format cannot tell', async () => {
    const aws = await fake(oneApi());
    const path = configuration('sources:\n  - kind: aws\n    apiCallsPerSecond: 8\n');
    const { code, out } = await why403(['check', '--config', path], aws.environment(account, region));
    expect(code).toBe(0);
    expect(out).toContain('✓ No permission is missing. 1 log group was tried.');
    expect(out).toContain(
      'aws apigateway update-stage --region eu-central-1 --rest-api-id rest000001 --stage-name prod',
    );
  });

  it('expired credentials: 1, and how to renew them', async () => {
    const world = oneApi();
    Object.assign(world.accounts[account] ?? {}, { accessKeys: [{ id: 'AKIAREADER', expiresAtMs: 1 }] });
    const aws = await fake(world);
    const path = configuration('sources:\n  - kind: aws\n');
    const { code, out } = await why403(['check', '--config', path, '--json'], aws.environment(account, region));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      findings: [{ code: 'configuration_valid' }, { code: 'credentials_expired' }],
    });
  });

  it('an invalid configuration: 1, without a word to AWS', async () => {
    const aws = await fake(oneApi());
    const path = configuration('sources:\n  - kind: aws\n    role: admin\n');
    const { code, out } = await why403(['check', '--config', path], aws.environment(account, region));
    expect(code).toBe(1);
    expect(out).toContain('✗ sources[0].role');
    expect(aws.calls.count()).toBe(0);
  });
});
