import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CauseInfo, causeCatalogue, causeInfo, isDetailOf } from '../../../parsers/src/classify/causes.js';
import { causes, groupOfCause } from '../../../parsers/src/model/cause.js';

/** Frozen: dashboards, stored rows and remedies select by these words. Add at will; never rename or remove. */
const frozenDetails = {
  authorizer_denied: ['explicit_deny', 'not_covered', 'cached_policy', 'simple_response'],
  jwt_scope_missing: ['insufficient_scope'],
  waf_blocked: [
    'rule',
    'managed_rule',
    'rate_limit',
    'default_action',
    'captcha',
    'challenge',
    'size',
    'custom_response',
  ],
  resource_policy_denied: ['explicit_deny', 'not_covered', 'no_policy'],
  api_key_missing: ['no_key', 'authorizer_supplied_none'],
  api_key_invalid: ['unknown_key', 'disabled'],
  usage_plan_mismatch: ['stage_not_in_plan', 'key_not_in_plan', 'propagating'],
  iam_denied: [
    'explicit_deny',
    'not_covered',
    'scp',
    'rcp',
    'boundary',
    'session_policy',
    'cross_account',
    'manage_connections',
  ],
  cache_invalidation_denied: ['fail_with_403'],
  unsigned_request: ['no_signature', 'bearer_token'],
  invalid_signature: ['mismatch', 'clock_skew', 'wrong_scope', 'unknown_credentials', 'malformed'],
  expired_token: ['session_expired'],
  route_not_found: ['no_route', 'wrong_stage', 'websocket_handshake'],
  cors_preflight_refused: ['no_options_method', 'protected_options'],
  domain_not_mapped: ['endpoint_disabled', 'no_mapping', 'stage_repeated', 'private_host'],
  mtls_refused: ['untrusted_issuer', 'weak_signature', 'self_signed', 'expired', 'other_certificate'],
  vpc_endpoint_denied: ['endpoint_policy', 'private_dns', 'authorization_header'],
  edge_refused: ['cloudfront', 'proxy', 'other_service'],
  backend_refused: ['function', 'http_backend', 'aws_service'],
  response_override: ['rate_limit', 'quota', 'unauthorized', 'not_found', 'bad_request', 'server_error'],
  unknown: ['no_cause_variables', 'only_forbidden'],
} as const;

const sentences = (text: string) => text.split(/[.!?:;]["”)]?(?:\s|$)/).filter(Boolean).length;

describe('cause catalogue', () => {
  it('lists every cause once, in the order of the model', () => {
    expect(causeCatalogue.map((info) => info.cause)).toEqual(causes);
  });

  it('has exactly the frozen details', () => {
    const actual = Object.fromEntries(causeCatalogue.map((i) => [i.cause, i.details.map((d) => d.detail)]));
    expect(actual).toEqual(frozenDetails);
  });

  it.each(causeCatalogue)('$cause is told in a headline, a group and a few plain sentences', (info) => {
    expect(info.group).toBe(groupOfCause[info.cause]);
    expect(info.title.length).toBeLessThanOrEqual(60);
    expect(info.title).not.toMatch(/[.]$/);
    expect(sentences(info.meaning)).toBeGreaterThanOrEqual(2);
    expect(info.meaning).toMatch(/[.)]$/);
    expect(info.shownBy.length).toBeGreaterThan(0);
    for (const { detail, meaning } of info.details) {
      expect(detail).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(meaning).toMatch(/\.$/);
    }
  });

  it('finds a cause by name', () => {
    expect(causeInfo('waf_blocked').title).toBe('Blocked by AWS WAF');
  });

  it('knows a WAF log shows WAF blocks and nothing else', () => {
    expect(causeCatalogue.filter((i) => i.shownBy.includes('waf')).map((i) => i.cause)).toEqual(['waf_blocked']);
  });

  it.each([
    ['a word of the cause', 'waf_blocked', 'rate_limit', true],
    ['a word of another cause', 'waf_blocked', 'stage_not_in_plan', false],
    ['no word', 'waf_blocked', null, false],
    ['a name that every object inherits', 'waf_blocked', 'constructor', false],
    ['a prototype key', 'unknown', '__proto__', false],
  ] as const)('isDetailOf: %s', (_name, cause, detail, expected) => {
    expect(isDetailOf(cause, detail)).toBe(expected);
  });
});

describe('docs/causes.md', () => {
  const written = readFileSync(new URL('../../../docs/causes.md', import.meta.url), 'utf8');
  const text = written.replaceAll(/ <a id="[a-z_]+"><\/a>/g, '');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(' | '));
  /** Rows below a heading, by their first cell. */
  const section = (heading: string) => {
    const start = text.indexOf(`\n## ${heading}\n`);
    expect(start, heading).toBeGreaterThan(0);
    const end = text.indexOf('\n## ', start + 4);
    const body = text.slice(start, end < 0 ? undefined : end);
    return rows.filter((cells) => body.includes(`| ${cells.join(' | ')} |`));
  };

  it('has a row for every cause with group, title and meaning, in order', () => {
    expect(section('Causes').map((cells) => cells.slice(0, 4))).toEqual(
      causeCatalogue.map((i) => [`\`${i.cause}\``, `\`${i.group}\``, i.title, i.meaning]),
    );
  });

  it('has an anchor for every cause: alerts link to it', () => {
    expect([...written.matchAll(/ <a id="([a-z_]+)"><\/a>/g)].map(([, id]) => id)).toEqual(
      causeCatalogue.map(({ cause }) => cause),
    );
  });

  it('has a row for every detail of every cause with its meaning, in order', () => {
    expect(section('Details')).toEqual(
      causeCatalogue.flatMap((i) => i.details.map((d) => [`\`${i.cause}\``, `\`${d.detail}\``, d.meaning])),
    );
  });

  it('says for every cause which kinds of input can show it', () => {
    const kinds = ['access', 'access_console', 'execution', 'waf', 'response'] as const;
    const expected = (info: CauseInfo) => kinds.map((kind) => info.shownBy.includes(kind));
    const actual = section('What shows what').map((cells) => [cells[0], cells.slice(1, 6).map((c) => c !== '–')]);
    expect(actual).toEqual(causeCatalogue.map((i) => [`\`${i.cause}\``, expected(i)]));
  });
});
