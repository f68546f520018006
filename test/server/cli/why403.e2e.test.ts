import { type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainSchemaErrors } from './explain-schema.js';

// The built program, as people start it. `npm test` builds first.
const server = fileURLToPath(new URL('../../../server/', import.meta.url));
const program = join(server, 'bin', 'why403.js');
const sample = join(server, 'samples', 'mixed.txt');

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

const { PATH } = process.env;
const environment = { PATH };

function why403(args: readonly string[], input: string | Uint8Array = '', env: Record<string, string> = {}): Run {
  const run = spawnSync(process.execPath, [program, ...args], { input, env: { ...environment, ...env } });
  return { code: run.status, out: run.stdout.toString(), error: run.stderr.toString() };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'why403-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const refusedLine = JSON.stringify({
  requestId: '5d1f0c3e-7a42-4b1e-9f60-2c8a7e41d001',
  extendedRequestId: 'XrC1kGm2joEFq7w=',
  status: '403',
  httpMethod: 'GET',
  resourcePath: '/orders',
  errorResponseType: 'WAF_FILTERED',
  errorMessage: 'Forbidden',
});

describe('wrong usage ends with code 2, one sentence and a hint', () => {
  it.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['explain', '--verbose']],
    ['--api without a value', ['explain', '--api']],
    ['--api followed by an option', ['explain', '--api', '--json']],
    ['--stage with an empty value', ['explain', '--stage=']],
    ['--json with a value', ['explain', '--json=yes']],
    ['a file that is not there', ['explain', 'no-such-file.log']],
    ['a directory', ['explain', tmpdir()]],
    ['a log format without variables', ['explain', '--access-log-format', 'no variables at all']],
    ['a log format file that is not there', ['explain', '--access-log-format', '@no-such-file.txt']],
    ['standard input twice', ['explain', '-', '-']],
    ['an unknown cause', ['causes', 'gremlins']],
    ['two causes', ['causes', 'waf_blocked', 'iam_denied']],
    ['an option that another command has', ['causes', '--api', 'x']],
    ['help for an unknown command', ['help', 'frobnicate']],
  ])('%s', (_name, args) => {
    const { code, out, error } = why403(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(/^why403: .+\n.+\n$/);
  });
});

describe('why403 answers', () => {
  it('--version with the version of the package', () => {
    const { version } = JSON.parse(readFileSync(join(server, 'package.json'), 'utf8'));
    expect(why403(['--version'])).toEqual({ code: 0, out: `${version}\n`, error: '' });
  });

  it.each([
    [[]],
    [['--help']],
    [['explain', '--help']],
    [['causes', '-h']],
    [['serve', '--help']],
    [['demo', '--help']],
    [['token', '--help']],
    [['help', 'explain']],
  ])('%j with help and examples', (args) => {
    const { code, out, error } = why403(args);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('Usage: why403 ');
    expect(out).toContain('Examples:\n  ');
  });

  it('causes with the catalogue', () => {
    const { code, out } = why403(['causes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveLength(21);
  });

  it('that it is not built yet with a sentence', () => {
    cpSync(join(server, 'bin'), join(folder, 'unbuilt', 'bin'), { recursive: true });
    const run = spawnSync(process.execPath, [join(folder, 'unbuilt', 'bin', 'why403.js')], { env: environment });
    expect(run.status).toBe(2);
    expect(run.stderr.toString()).toMatch(/^why403: not built yet.*npm run build.*\n$/);
  });
});

describe('why403 explain', () => {
  it('explains the bundled sample of several logs', () => {
    const { code, out, error } = why403(['explain', sample, '--json']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(explainSchemaErrors(out)).toEqual([]);
    const { requests, rejected } = JSON.parse(out);
    expect(rejected).toEqual([]);
    expect(
      requests
        .filter(({ outcome }: { outcome: string }) => outcome === 'refused')
        .map(({ cause, confidence }: { cause: string; confidence: string }) => `${cause} ${confidence}`),
    ).toEqual([
      'usage_plan_mismatch certain',
      'waf_blocked certain',
      'resource_policy_denied certain',
      'route_not_found likely',
      'authorizer_denied certain',
      'invalid_signature likely',
    ]);
  });

  it('reads a pasted line from standard input', () => {
    const { code, out } = why403(['explain'], refusedLine);
    expect(code).toBe(0);
    expect(out).toMatch(/^403 {2}Blocked by AWS WAF/);
    expect(out).toContain('»WAF_FILTERED«');
  });

  it('reads gzip files and plain files together', () => {
    const [zipped, plain] = [join(folder, 'a.log.gz'), join(folder, 'b.log')];
    writeFileSync(zipped, gzipSync(`${refusedLine}\n`));
    writeFileSync(plain, `${refusedLine.replaceAll('d001', 'd002').replace('XrC1', 'XrC2')}\n`);
    for (const files of [
      [zipped, plain],
      [plain, zipped],
    ]) {
      const { code, out } = why403(['explain', '--json', ...files]);
      expect(code).toBe(0);
      expect(JSON.parse(out).requests).toHaveLength(2);
      expect(JSON.parse(out).rejected).toEqual([]);
    }
  });

  it('joins what different files say of one request', () => {
    const [access, execution] = [join(folder, 'access.log'), join(folder, 'execution.log')];
    const id = '5d1f0c3e-7a42-4b1e-9f60-2c8a7e41d009';
    const line = {
      requestId: id,
      extendedRequestId: 'XrC9kGm2joEFq7w=',
      status: '403',
      errorResponseType: 'INVALID_API_KEY',
    };
    writeFileSync(access, JSON.stringify(line));
    writeFileSync(
      execution,
      `(${id}) Extended Request Id: XrC9kGm2joEFq7w=\n(${id}) API Key  not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: API Key was required but not present\n`,
    );
    const { requests } = JSON.parse(why403(['explain', '--json', access, execution]).out);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ cause: 'api_key_missing', confidence: 'certain' });
  });

  it('names the file in which something was not read', () => {
    const [good, bad] = [join(folder, 'good.log'), join(folder, 'bad.log')];
    writeFileSync(good, `${refusedLine}\n`);
    writeFileSync(bad, '\nlorem ipsum dolor\n');
    const { code, out } = why403(['explain', '--json', good, bad]);
    expect(code).toBe(0);
    expect(JSON.parse(out).rejected).toMatchObject([{ line: 2, reason: 'unrecognised' }]);
    expect(JSON.parse(out).rejected[0].detail).toContain(bad);
  });

  it('names the gzip file that is damaged, and explains the others', () => {
    const [damaged, good] = [join(folder, 'damaged.log.gz'), join(folder, 'beside.log')];
    writeFileSync(damaged, gzipSync(`${refusedLine}\n`.repeat(200)).subarray(0, -6));
    writeFileSync(good, `${refusedLine.replaceAll('d001', 'd003').replace('XrC1', 'XrC3')}\n`);
    for (const files of [
      [damaged, good],
      [good, damaged],
    ]) {
      const { code, out } = why403(['explain', '--json', ...files]);
      expect(code).toBe(0);
      expect(JSON.parse(out).requests).toHaveLength(2);
      expect(JSON.parse(out).rejected).toMatchObject([{ reason: 'corrupt_gzip' }]);
      expect(JSON.parse(out).rejected[0].detail).toContain(`${damaged}: `);
    }
  });

  it.each([
    ['text of another kind', 'lorem ipsum\ndolor sit amet\n'],
    ['nothing', ''],
    ['bytes that are no text', Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256)],
  ])('ends with 3 when it recognises nothing: %s', (_name, input) => {
    const text = why403(['explain'], input);
    expect({ code: text.code, out: text.out }).toEqual({ code: 3, out: '' });
    expect(text.error).toContain('Nothing here was recognised');
    const json = why403(['explain', '--json'], input);
    expect(json.code).toBe(3);
    expect(explainSchemaErrors(json.out)).toEqual([]);
    expect(JSON.parse(json.out).requests).toEqual([]);
  });

  it('colours on request only', () => {
    expect(why403(['explain', sample]).out).not.toContain('\x1b');
    expect(why403(['explain', sample], '', { FORCE_COLOR: '1' }).out).toContain('\x1b[');
    expect(why403(['explain', sample], '', { FORCE_COLOR: '1', NO_COLOR: '1' }).out).not.toContain('\x1b');
    expect(why403(['explain', sample, '--json'], '', { FORCE_COLOR: '1' }).out).not.toContain('\x1b');
  });

  it('shows what a caller wrote as escapes', () => {
    const hostile = refusedLine.replace('/orders', '/\\u001b[2J\\u202e\\u009b');
    const { out } = why403(['explain'], hostile);
    expect(out).toContain('/\\x1b[2J\\u202e\\u009b');
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('ends silently when its reader has seen enough', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) =>
      refusedLine.replace('d001', String(1000 + i)).replace('XrC1', String(1000 + i)),
    );
    const child = spawn(process.execPath, [program, 'explain', '--json'], { env: environment });
    let error = '';
    child.stderr.on('data', (data) => {
      error += data;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    child.stdin.on('error', () => {});
    child.stdin.end(lines.join('\n'));
    await new Promise((resolve) => child.once('close', resolve));
    expect(error).toBe('');
  });
});

describe('output that cannot be written', () => {
  it('ends with code 1 and a sentence', () => {
    const path = join(folder, 'read-only');
    writeFileSync(path, '');
    const readOnly = openSync(path, 'r');
    const stdio: StdioOptions = ['ignore', readOnly, 'pipe'];
    const run = spawnSync(process.execPath, [program, 'causes'], { env: environment, stdio });
    closeSync(readOnly);
    expect(run.status).toBe(1);
    expect(run.stderr.toString()).toMatch(/^why403: the output cannot be written \(E[A-Z]+\)\.\n$/);
  });
});
