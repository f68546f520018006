import { recognizeMessage } from '../gateway-message/recognize.js';
import type { ExecutionLine } from '../model/index.js';
import { parseAuthorizerPolicy, shownPolicy } from './authorizer-policy.js';
import { placeOfStage } from './execution-place.js';
import type { LineKind, ReadLine } from './line-kind.js';
import { shownKey, trimCutMark } from './line-text.js';
import { isPlaceholder, readRequestId } from './read-request-id.js';

type ApiKeyRefusal = Extract<ExecutionLine, { kind: 'api_key_refused' }>['reason'];

const shownId = (value: string | undefined): string => readRequestId(value) ?? '…';

/** The tail behind the last colon of L17 decides between a missing key, a key of no plan here and a stage of no plan. */
function refusalReason(tail: string): ApiKeyRefusal {
  if (/required but (?:was )?not (?:present|provided|sent|found)|key (?:is |was )?missing|no api key/i.test(tail)) {
    return 'missing';
  }
  if (/no usage plan (?:was )?found/i.test(tail)) return 'no_plan_for_key_and_stage';
  return /stage is not in (?:a|any) usage plan/i.test(tail) ? 'stage_not_in_plan' : 'other';
}

/** AWS's reason when it is made of plain words; a wording that was never published may be kept only so far. */
function plainWords(text: string): string | null {
  const words = text.trim().split(' ');
  return text.length <= 160 && words.every((word) => /^[A-Za-z']{1,14}[,.;:]?$/.test(word)) ? text.trim() : null;
}

function readApiKeyRefused(first: string): ReadLine | null {
  const m = /^API Key\s+(?:(\S{1,256})\s+)?not authorized because (.{0,3000})/.exec(first);
  if (!m) return null;
  const rest = m[2] ?? '';
  const method = /^method '(.{1,1200}?)' requires API Key/.exec(rest)?.[1] ?? null;
  const said = method === null ? rest : rest.slice(rest.indexOf("' requires API Key"));
  const stage = /for API Stage ([^\s/:]{1,64})\/([^\s:]{1,128})/.exec(said);
  const tail = said.slice(stage ? stage.index + stage[0].length : Math.max(said.lastIndexOf(':'), 0));
  const reason = refusalReason(tail);
  const key = shownKey(m[1]);
  const shownTail = plainWords(tail.replace(/^[\s:]+|^' requires API Key\s*/, '')) ?? '…';
  return {
    line: {
      kind: 'api_key_refused',
      apiKey: key,
      method,
      reason,
      text:
        `API Key ${key ?? ''} not authorized because` +
        `${method === null ? '' : ` method '${method}' requires API Key and`}` +
        `${stage ? ` API Key is not associated with a Usage Plan for API Stage ${stage[1]}/${stage[2]}:` : ''} ${shownTail}`,
    },
    place: placeOfStage(stage?.[1], stage?.[2]),
  };
}

/** Lines up to the point where API Gateway lets a request through: identity, authorizer, policy, key, plan, limits. */
export const gateLineKinds: readonly LineKind[] = [
  {
    id: 'L1',
    lead: 'Extended Request Id:',
    example: 'Extended Request Id: PDx1PEC4oAMFpyA=',
    grade: 'seen',
    read: ({ first }) => {
      const m = /^Extended Request Id:\s*(\S{1,128})$/.exec(first);
      if (!m) return null;
      const id = readRequestId(m[1]);
      // A blotted-out id still says that a request begins here.
      return {
        line: { kind: 'extended_request_id', extendedRequestId: id ?? '', text: `Extended Request Id: ${id ?? '…'}` },
      };
    },
  },
  {
    id: 'L2',
    lead: 'Starting authorizer:',
    example: 'Starting authorizer: 7k2m9x for request: 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10',
    grade: 'seen',
    read: ({ first }) => {
      const m = /^Starting authorizer:\s*([A-Za-z0-9_<>*-]{1,64})\s+for request:\s*(\S{1,128})/.exec(first);
      if (!m) return null;
      const text = `Starting authorizer: ${m[1]} for request: ${shownId(m[2])}`;
      return {
        line: { kind: 'authorizer_started', authorizerId: m[1] ?? '', text },
        requestId: readRequestId(m[2]),
      };
    },
  },
  {
    id: 'L3',
    lead: 'Incoming identity:',
    example: 'Incoming identity: *********************x8Yz01',
    grade: 'seen',
    read: () => ({ line: { kind: 'authorizer_identity', text: 'Incoming identity: …' } }),
  },
  {
    id: 'L7',
    lead: 'Authorizer result body before parsing:',
    example: 'Authorizer result body before parsing: {"principalId":"u","policyDocument":{"Statement":[…]}}',
    grade: 'seen',
    read: ({ whole }) => {
      const policy = parseAuthorizerPolicy(trimCutMark(whole.slice(38)).text);
      const text = `Authorizer result body before parsing: ${shownPolicy(policy)}`;
      return { line: { kind: 'authorizer_result', policy, text } };
    },
  },
  {
    id: 'L8',
    lead: 'Using valid authorizer policy for principal',
    example: 'Using valid authorizer policy for principal: *******f9Qw12',
    grade: 'seen',
    read: () => ({
      line: { kind: 'authorizer_policy_valid', text: 'Using valid authorizer policy for principal: …' },
    }),
  },
  {
    // Also printed when the policy is a Deny.
    id: 'L9',
    lead: 'Successfully completed authorizer execution',
    example: 'Successfully completed authorizer execution',
    grade: 'seen',
    read: ({ first }) =>
      /^Successfully completed authorizer execution\.?$/.test(first)
        ? { line: { kind: 'authorizer_completed', text: 'Successfully completed authorizer execution' } }
        : null,
  },
  {
    id: 'L10',
    lead: 'Unauthorized request:',
    example: 'Unauthorized request: 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10',
    grade: 'seen',
    read: ({ first, wrapped }) => {
      const m = /^Unauthorized request:\s*(\S{1,128})$/.exec(first);
      if (!m) return null;
      const id = m[1] ?? '';
      // Applications write `Unauthorized request: <their words>` too.
      if (!wrapped && readRequestId(id) === null && !isPlaceholder(id) && !id.startsWith('test-')) return null;
      return {
        line: { kind: 'unauthorized_request', text: `Unauthorized request: ${shownId(id)}` },
        requestId: readRequestId(id),
      };
    },
  },
  {
    id: 'L11',
    lead: 'The client is not authorized to perform this operation',
    example: 'The client is not authorized to perform this operation.',
    grade: 'seen',
    read: ({ first, wrapped }) =>
      wrapped || /^The client is not authorized to perform this operation[.!]?\*{0,2}$/.test(first)
        ? { line: { kind: 'client_not_authorized', text: 'The client is not authorized to perform this operation.' } }
        : null,
  },
  {
    id: 'L15',
    lead: 'Verifying Usage Plan for request:',
    example:
      'Verifying Usage Plan for request: 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10. API Key: ****************bQ7x2k API Stage: a1b2c3d4e5/prod',
    grade: 'seen',
    read: ({ first }) => {
      const m =
        /^Verifying Usage Plan for request:\s*(\S{1,128})\s+API Key:\s*(?:(\S{1,256})\s+)?API Stage:\s*([^\s/]{1,64})\/(\S{1,128})/.exec(
          first,
        );
      if (!m) return null;
      const [, request, , apiId = '', stage = ''] = m;
      const key = shownKey(m[2]);
      return {
        line: {
          kind: 'usage_plan_check',
          apiKey: key,
          apiId,
          stage,
          text: `Verifying Usage Plan for request: ${shownId(request)}. API Key: ${key ?? ''} API Stage: ${apiId}/${stage}`,
        },
        requestId: readRequestId(request),
        place: placeOfStage(apiId, stage),
      };
    },
  },
  {
    id: 'L17',
    lead: 'API Key',
    example:
      "API Key ****************bQ7x2k not authorized because method 'GET /orders' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage",
    // Tail of a disabled key: never published.
    grade: 'seen',
    read: ({ first }) => readApiKeyRefused(first),
  },
  {
    id: 'L16',
    lead: 'API Key',
    example:
      "API Key  authorized because method 'ANY /{proxy+}' does not require API Key. Request will not contribute to throttle or quota limits",
    grade: 'seen',
    read: ({ first }) => {
      const m = /^API Key\s+(?:(\S{1,256})\s+)?authorized because method '(.{1,1200}?)' does not require API Key/.exec(
        first,
      );
      if (!m) return null;
      const key = shownKey(m[1]);
      const text = `API Key ${key ?? ''} authorized because method '${m[2]}' does not require API Key.`;
      return { line: { kind: 'api_key_not_required', method: m[2] ?? null, text } };
    },
  },
  {
    // Without its prefix only AWS's own masking tells it from a person's note.
    id: 'L20',
    lead: 'API Key:',
    example: 'API Key: ****************bQ7x2k',
    grade: 'seen',
    read: ({ first, wrapped }) => {
      const m = /^API Key:(?:\s+(\S{1,256}))?$/.exec(first);
      if (!m || (!wrapped && !/^\*{4,}\S{0,6}$/.test(m[1] ?? ''))) return null;
      const key = shownKey(m[1]);
      return { line: { kind: 'api_key_sent', apiKey: key, text: `API Key: ${key ?? ''}` } };
    },
  },
  {
    id: 'L18',
    lead: 'Usage Plan check succeeded',
    example: 'Usage Plan check succeeded for API Key ****************bQ7x2k and API Stage a1b2c3d4e5/prod',
    grade: 'seen',
    read: ({ first }) => {
      const m =
        /^Usage Plan check succeeded for API Key\s+(?:(\S{1,256})\s+)?and API Stage\s+([^\s/]{1,64})\/(\S{1,128})/.exec(
          first,
        );
      const key = shownKey(m?.[1]);
      const text = m
        ? `Usage Plan check succeeded for API Key ${key ?? ''} and API Stage ${m[2]}/${m[3]}`
        : 'Usage Plan check succeeded';
      return { line: { kind: 'usage_plan_ok', text }, place: placeOfStage(m?.[2], m?.[3]) };
    },
  },
  // Only the key's throttle line is published; quota and plan wordings are read loosely.
  // Key throttle limit exceeded for RestApi a1b2c3d4e5, Stage prod, Resource 9f3k2m, HttpMethod GET. Limit: 1.00 Burst: 1
  ...['Key ', 'API Key ', 'Usage Plan ', 'Usage plan ', 'Account ', 'Stage ', 'Method ', 'Quota ', 'Throttle '].map(
    (lead): LineKind => ({
      id: 'L19',
      lead,
      example: `${lead}throttle limit exceeded for RestApi a1b2c3d4e5, Stage prod`,
      grade: lead === 'Key ' ? 'seen' : 'loose',
      read: ({ first, wrapped }) => readLimitExceeded(first, wrapped),
    }),
  ),
  {
    id: 'mTLS',
    lead: 'Access denied. Reason:',
    example: 'Access denied. Reason: Could not find issuer for certificate',
    grade: 'documented',
    read: ({ first, wrapped }) => {
      const message = recognizeMessage(first.slice(0, 512));
      const said = message.kind === 'mtls_denied' ? message.subject : wrapped ? plainWords(first.slice(22)) : null;
      if (said === null && !wrapped) return null;
      const reason = said ?? '…';
      return { line: { kind: 'mtls_denied', reason, text: `Access denied. Reason: ${reason}` } };
    },
  },
];

function readLimitExceeded(first: string, wrapped: boolean): ReadLine | null {
  const m = /^[A-Z][A-Za-z]{1,12}[^.:"'{}]{0,120}?\blimit (?:was )?exceeded\b/.exec(first);
  if (!m) return null;
  const quota = /quota/i.test(m[0]);
  if (!wrapped && !quota && !/throttl|rate|burst/i.test(m[0])) return null;
  const place = /for RestApi ([^\s,]{1,64}), Stage ([^\s,]{1,128})/.exec(first);
  const limit = /Limit: [\d.]{1,20}(?: Burst: \d{1,12})?/.exec(first.slice(0, 1024))?.[0];
  const head = /^(?:(?:API )?Key|Usage [Pp]lan) (?:throttle|quota) /.test(m[0])
    ? m[0]
    : `${quota ? 'Quota' : 'Throttle'} limit exceeded`;
  return {
    line: {
      kind: 'limit_exceeded',
      limit: quota ? 'quota' : 'throttle',
      text: `${head}${place ? ` ${place[0]}` : ''}${limit === undefined ? '' : `. ${limit}`}`,
    },
    place: placeOfStage(place?.[1], place?.[2]),
  };
}
