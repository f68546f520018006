import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causeCatalogue } from '../../../parsers/src/classify/causes.js';
import { type RemedyQuestion, remedyFor } from '../../../parsers/src/classify/remedies/index.js';
import type { RequestRecord } from '../../../parsers/src/model/index.js';
import { marker, payloads } from '../../support/hostile-values.js';
import { access, bareRecord, knownRecord, line, response, waf } from './remedy-records.js';

/** Hostile text alone, behind or before a value that fits, or a value that fits and is the attacker's choice. */
const hostile = (fitting: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...payloads),
    fc.constantFrom(...payloads).map((p) => fitting + p),
    fc.constantFrom(...payloads).map((p) => p + fitting),
    fc.string({ unit: 'binary', maxLength: 30 }).map((s) => s + marker + s),
    fc.constant(fitting),
    // Fits most kinds and is still the attacker's choice.
    fc.stringMatching(/^[a-z0-9]{10}$/),
  );

/** Paths, user agents, hosts and messages have no way into a remedy, not even harmless ones. */
const neverShown = 'n3vershown';
const forbidden: fc.Arbitrary<string> = fc
  .constantFrom(...payloads, '', '/prod/', 'Mozilla/5.0 ', 'api.example.com/')
  .map((p) => p.replaceAll(marker, '') + neverShown);

const uuid = '5b1f7c1e-3c55-4c11-9d3a-2f6a1f0c9e77';
const aclArn = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/front-door/6c9d1c1e-8f0a';
const roleArn = 'arn:aws:sts::111122223333:assumed-role/reader/session';

const denial = (principal: string) => ({
  kind: 'user_not_authorized' as const,
  text: principal,
  denial: {
    effect: 'no_allow' as const,
    policy: null,
    policyArn: principal,
    principal,
    action: principal,
    resource: principal,
  },
  authorizationScheme: null,
  subject: principal,
});

const records: fc.Arbitrary<RequestRecord> = fc
  .record({
    text: forbidden,
    host: forbidden,
    id: hostile('q1w2e3r4t5'),
    stage: hostile('prod'),
    region: hostile('eu-west-1'),
    account: hostile('111122223333'),
    uuid: hostile(uuid),
    extended: hostile('Qx3TzGLFjoEFy-A='),
    trace: hostile('1-66f0a1b2-0123456789abcdef01234567'),
    method: hostile('GET'),
    principal: hostile(roleArn),
    acl: hostile(aclArn),
    rule: hostile('RateLimit'),
    key: hostile('*************x7Qw2E'),
    vpce: hostile('vpce-0a1b2c3d4e5f60718'),
    name: hostile('orders-authorizer'),
    apiKind: fc.constantFrom('rest', 'http', 'websocket', null),
    timeMs: fc.oneof(fc.constant(1_767_225_600_500), fc.double(), fc.constant(null)),
    present: fc.record({ access: fc.boolean(), waf: fc.boolean(), response: fc.boolean(), execution: fc.boolean() }),
  })
  .map((v) =>
    knownRecord({
      requestId: v.uuid,
      extendedRequestId: v.extended,
      traceId: v.trace,
      timeMs: v.timeMs,
      apiKind: v.apiKind as RequestRecord['apiKind'],
      account: v.account,
      region: v.region,
      apiId: v.id,
      stage: v.stage,
      method: v.method,
      path: v.text,
      route: v.text,
      sourceIp: v.text,
      access: v.present.access
        ? access(
            {
              deploymentId: v.id,
              resourceId: v.id,
              'identity.apiKeyId': v.id,
              'identity.apiKey': v.key,
              'identity.userArn': v.principal,
              'identity.userAgent': v.text,
              'identity.vpceId': v.vpce,
              domainName: v.host,
              webaclArn: v.acl,
              path: v.text,
            },
            denial(v.principal),
          )
        : null,
      waf: v.present.waf
        ? waf({
            webaclId: v.acl,
            terminatingRuleId: v.rule,
            rulePath: [v.rule, v.rule],
            uri: v.text,
            host: v.host,
            userAgent: v.text,
            labels: [v.text],
          })
        : null,
      response: v.present.response ? { ...response(v.host), message: denial(v.principal) } : null,
      execution: v.present.execution
        ? [
            line({ kind: 'authorizer_started', authorizerId: v.id, text: v.text }),
            line({ kind: 'endpoint_request_uri', functionName: v.name, text: v.text }),
            line({ kind: 'usage_plan_check', apiKey: v.key, apiId: v.id, stage: v.stage, text: v.text }),
            line({ kind: 'execution_started' }),
            line({ kind: 'endpoint_request_uri', functionName: v.name, text: v.text }),
          ]
        : [],
    }),
  );

const kinds = ['waf_rule', 'web_acl', 'authorizer', 'usage_plan', 'api_key', 'principal', 'vpc_endpoint'] as const;

const questions: readonly RemedyQuestion[] = [
  ...causeCatalogue.flatMap(({ cause, details }) =>
    [null, ...details.map((d) => d.detail)].map((detail) => ({ outcome: 'refused', cause, detail }) as const),
  ),
  { outcome: 'not_refused', cause: null, detail: null } as const,
  { outcome: 'undetermined', cause: null, detail: null } as const,
].map((question) => ({ ...question, confidence: 'possible', culprit: null }));

const culprits: fc.Arbitrary<RemedyQuestion['culprit']> = fc.record({
  kind: fc.constantFrom(...kinds),
  id: fc.oneof(hostile('q1w2e3r4t5'), hostile(aclArn), fc.constant(null)),
  name: fc.oneof(hostile('RateLimit'), fc.constant(null)),
});

/** What the shell reads outside single quotes, double-quoted text included; null when a quote is left open. */
function outsideSingleQuotes(text: string): string | null {
  let outside = '';
  let state: 'plain' | 'single' | 'double' = 'plain';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (state === 'single') {
      if (c === "'") state = 'plain';
      continue;
    }
    if (c === '\\') {
      outside += c + (text[i + 1] ?? '');
      i++;
      continue;
    }
    if (state === 'plain' && c === "'") {
      state = 'single';
      outside += '␣';
      continue;
    }
    if (c === '"') state = state === 'double' ? 'plain' : 'double';
    outside += c;
  }
  return state === 'plain' ? outside : null;
}

const words = (outside: string) => outside.split(/[\s␣]+/).filter(Boolean);

/** Every word that our own templates have outside quotes, learnt from a request of which all is known and one of which nothing is. */
function ownWords(): Set<string> {
  const all = knownRecord({
    access: access({
      'identity.userArn': roleArn,
      deploymentId: 'd3pl0ym',
      'identity.apiKeyId': 'k1k2k3k4k5',
      'identity.vpceId': 'vpce-0a1b2c3d4e5f60718',
    }),
    execution: [line({ kind: 'authorizer_started', authorizerId: 'a1u2t3' })],
    waf: waf(),
  });
  const own = new Set<string>();
  for (const record of [all, bareRecord]) {
    for (const method of ['GET', 'HEAD']) {
      for (const apiKind of ['rest', 'http', 'websocket', null] as const) {
        for (const question of questions) {
          for (const text of remedyFor(question, { ...record, apiKind, method }).commands) {
            for (const word of words(outsideSingleQuotes(text) ?? '')) own.add(word);
          }
        }
      }
    }
  }
  return own;
}

describe('suggested commands for 10,000 hostile requests', () => {
  const commands = new Set<string>();
  const prose = new Set<string>();
  let folder = '';

  beforeAll(() => {
    const hostileRecords = fc.sample(fc.tuple(records, culprits), { seed: 403, numRuns: 10_000 });
    hostileRecords.forEach(([record, culprit], i) => {
      // Each request meets seven of the questions; all requests together meet every question more than 800 times.
      for (let k = 0; k < 7; k++) {
        const question = questions[(i * 7 + k) % questions.length] as RemedyQuestion;
        const remedy = remedyFor({ ...question, culprit: culprit ?? null }, record);
        for (const text of remedy.commands) commands.add(text);
        for (const text of [remedy.summary, ...remedy.steps]) prose.add(text);
      }
    });
    folder = mkdtempSync(join(tmpdir(), 'why403-commands-'));
    writeFileSync(join(folder, 'commands.sh'), `${[...commands].join('\n')}\n`);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes many different commands, with attackers’ fitting values among them', () => {
    expect(commands.size).toBeGreaterThan(5_000);
    expect([...commands].some((text) => text.includes(`'${marker}'`))).toBe(true);
  });

  // `sh` is there on every machine that runs these tests; the others are checked where they are installed.
  const shells = ['sh', 'dash', 'bash', 'zsh', 'busybox'].filter(
    (shell) => shell === 'sh' || spawnSync(shell, shell === 'busybox' ? ['sh', '-c', ':'] : ['-c', ':']).status === 0,
  );
  it.each(shells)('%s -n accepts them', (shell) => {
    const args = [...(shell === 'busybox' ? ['sh'] : []), '-n', join(folder, 'commands.sh')];
    const run = spawnSync(shell, args, { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
  });

  it('is one line each, without control or bidirectional characters', () => {
    const bad = [...commands].filter((text) => /[^\u0020-\u007e]/.test(text));
    expect(bad).toEqual([]);
  });

  it('has no word of an attacker outside single quotes', () => {
    const own = ownWords();
    const strangers = new Set<string>();
    for (const text of commands) {
      const outside = outsideSingleQuotes(text);
      if (outside === null) strangers.add(`open quote: ${text}`);
      else for (const word of words(outside)) if (!own.has(word) || word.includes(marker)) strangers.add(word);
    }
    expect([...strangers]).toEqual([]);
    // The words learnt are plain themselves; the only expansions are the reader's own credentials.
    const expansions = [...own].filter((word) => /[^A-Za-z0-9 =,.:/_+-]/.test(word));
    expect(expansions.sort()).toEqual([
      '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"',
      '"x-amz-security-token:',
      '$AWS_SESSION_TOKEN"',
    ]);
  });

  it('gives no program a value that looks like an option', () => {
    expect([...commands].filter((text) => / '-/.test(text))).toEqual([]);
  });

  it('shows no path, host, user agent or message at all', () => {
    expect([...commands, ...prose].filter((text) => text.includes(neverShown))).toEqual([]);
  });

  it('tells of an attacker’s words only rule names that fit their pattern', () => {
    const told = new Set([...prose].flatMap((text) => text.match(/[^\s.:,]*pwned[^\s.:,]*/g) ?? []));
    expect([...told].filter((word) => !/^\w[\w-]{0,127}$/.test(word))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them
    expect([...prose].filter((text) => /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(text))).toEqual([]);
  });
});
