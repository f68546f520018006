import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tidyMs } from '../e2e/service/program.js';
import { repository } from './repository-files.js';

// The two scripts of the images, run as compose would, with the built program.
const folder = mkdtempSync(join(tmpdir(), 'why403-secrets-'));
const secrets = join(folder, 'secrets');
const makeSecrets = (): void => {
  execFileSync(process.execPath, ['docker/make-secrets.mjs', secrets], { cwd: repository });
};
const read = (path: string): string => readFileSync(join(secrets, path), 'utf8');

beforeAll(makeSecrets);
// A database that was killed may still be writing.
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }), tidyMs);

describe('secrets of compose.yaml', () => {
  it('are a token for each caller, and for the service only what nobody could send', () => {
    const tokens = ['grafana', 'prometheus'].map((id) => read(`${id}/token`));
    for (const [i, id] of ['grafana', 'prometheus'].entries())
      expect(tokens[i]).toMatch(new RegExp(`^w403_read_${id}_[\\w-]{43}$`));
    const access = read('access/tokens.json');
    expect(JSON.parse(access)).toMatchObject([
      { role: 'read', id: 'grafana', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { role: 'read', id: 'prometheus', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    for (const token of tokens) expect(access).not.toContain(token);
    expect(read('database/password')).toMatch(/^[\w-]{43}$/);
  });

  it('stay when the services are started again', () => {
    const paths = ['grafana/token', 'prometheus/token', 'access/tokens.json', 'database/password'];
    const before = paths.map(read);
    makeSecrets();
    expect(paths.map(read)).toEqual(before);
    expect(statSync(join(secrets, 'grafana/token')).mode & 0o777).toBe(0o444);
  });

  it('are made by a run after one that was stopped', () => {
    renameSync(join(secrets, 'prometheus/token'), join(secrets, 'prometheus/token.new'));
    makeSecrets();
    expect(read('prometheus/token')).toMatch(/^w403_read_prometheus_/);
    expect(existsSync(join(secrets, 'prometheus/token.new'))).toBe(false);
  });

  it('let Grafana in and nobody without one, on an address that other machines reach', async () => {
    const service = spawn(
      'docker/start.sh',
      ['demo', '--host', '0.0.0.0', '--port', '0', '--data', join(folder, 'data')],
      {
        cwd: repository,
        env: { PATH: process.env['PATH'], WHY403_SECRETS: secrets },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise((resolve) => service.once('close', resolve));
    try {
      const port = await portOf(service.stdout);
      const ask = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}/api/v1/labels`, { headers })).status;
      expect(await ask({})).toBe(401);
      expect(await ask({ authorization: `Bearer ${read('grafana/token')}` })).toBe(200);
      expect(await ask({ authorization: `Bearer ${read('prometheus/token')}` })).toBe(200);
    } finally {
      service.kill('SIGTERM');
      await ended;
    }
  });
});

/** From what the demo prints when it is ready. */
function portOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    output.on('end', () => reject(new Error(`Expected the demo to say where it listens, came: ${text}`)));
    output.on('data', (chunk) => {
      text += String(chunk);
      const [, port] = /http:\/\/[\d.]+:(\d+)\/docs/.exec(text) ?? [];
      if (port !== undefined) resolve(port);
    });
  });
}
