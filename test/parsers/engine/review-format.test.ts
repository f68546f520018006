import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, type LoggedApiKind } from '../../../parsers/src/access-log/index.js';
import { reviewAccessLogFormat } from '../../../parsers/src/engine/review-format.js';
import { type Confidence, causes } from '../../../parsers/src/model/index.js';

const clf =
  '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId';
const withType = '{ "id":"$context.requestId", "status":$context.status, "type":"$context.error.responseType" }';
const kinds: readonly LoggedApiKind[] = ['rest', 'http', 'websocket'];

function reviewOf(format: string | null, kind: LoggedApiKind = 'rest') {
  const review = reviewAccessLogFormat(format, kind);
  if (!review.ok) throw new Error(review.detail);
  return review.value;
}
const causesOf = (format: string | null, kind: LoggedApiKind = 'rest', when: 'now' | 'recommended' = 'now') =>
  Object.fromEntries(reviewOf(format, kind).causes.map((each) => [each.cause, each[when]]));
const rank = (confidence: Confidence | null): number =>
  confidence === null ? 0 : { possible: 1, likely: 2, certain: 3 }[confidence];

describe('reviewAccessLogFormat', () => {
  it('the console format tells hardly any cause apart', () => {
    expect(causesOf(clf)).toMatchObject({ waf_blocked: null, authorizer_denied: null, backend_refused: null });
    expect(Object.values(causesOf(clf))).not.toContain('certain');
  });

  it('the gateway response type alone tells a web ACL from a backend, and no authorizer from a policy', () => {
    expect(causesOf(withType)).toMatchObject({ waf_blocked: 'certain', authorizer_denied: null, iam_denied: null });
  });

  it('the recommended format tells them all but those that need the configuration or the execution log', () => {
    const told = causesOf(clf, 'rest', 'recommended');
    const notSure = Object.keys(told).filter((cause) => told[cause] !== 'certain');
    expect(notSure.sort()).toEqual([
      'api_key_missing',
      'cors_preflight_refused',
      'route_not_found',
      'unsigned_request',
    ]);
  });

  it('off, nothing is told, and a whole format is recommended', () => {
    expect(new Set(Object.values(causesOf(null)))).toEqual(new Set([null]));
    expect(reviewOf(null).recommended).toMatchObject({ extendsGiven: false });
  });

  it('a JSON format keeps what it has and gets keys at its end', () => {
    const { recommended } = reviewOf(withType);
    expect(recommended?.extendsGiven).toBe(true);
    expect(recommended?.format.startsWith(withType.slice(0, -2))).toBe(true);
  });

  it('a key that the format has already is not put in twice: a new format then', () => {
    const { recommended } = reviewOf('{"requestId":"$context.requestId","errorMessage":"$context.status"}');
    expect(recommended?.extendsGiven).toBe(false);
  });

  it.each(kinds)('nothing is asked for that a %s API never logs, and nothing is recommended twice', (kind) => {
    const { recommended } = reviewOf(clf, kind);
    const again = reviewOf(recommended?.format ?? '', kind);
    expect(again).toMatchObject({ missing: [], recommended: null });
    expect(recommended?.format.includes('wafResponseCode')).toBe(kind === 'rest');
  });

  it.each(kinds.flatMap((kind) => [clf, withType, null].map((format) => [kind, format] as const)))(
    'for a %s API the recommended format is one line of at most 3 KB and tells nothing worse (%s)',
    (kind, format) => {
      const { recommended, causes: told } = reviewOf(format, kind);
      expect(recommended?.format).toMatch(/^\{[ -~]{1,3071}$/);
      expect(compileAccessLogFormat(recommended?.format ?? '')).toMatchObject({ ok: true, value: { kind: 'json' } });
      expect(told.filter((each) => rank(each.recommended) < rank(each.now))).toEqual([]);
    },
  );

  it.each(kinds)('causes of a %s API are each named once and of the closed set', (kind) => {
    const named = reviewOf(null, kind).causes.map(({ cause }) => cause);
    expect(new Set(named).size).toBe(named.length);
    expect(named.filter((cause) => !causes.includes(cause))).toEqual([]);
  });

  it('what is no format is refused with a reason', () => {
    expect(reviewAccessLogFormat('nothing here', 'rest')).toMatchObject({ ok: false });
  });
});
