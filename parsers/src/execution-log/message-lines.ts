import { recognizeMessage } from '../gateway-message/recognize.js';
import type { GatewayMessage } from '../model/index.js';
import { ownMember } from '../text/json-members.js';
import type { LineKind, ReadLine } from './line-kind.js';
import { bodyObject, trimCutMark } from './line-text.js';
import { readRequestId } from './read-request-id.js';

/** A body that is no JSON is an error's words only when it is short. */
const maxPlainBody = 512;

/** What an answer's body says: the message of a JSON body, or a short plain text that is a known sentence. */
export function messageOfBody(body: string): GatewayMessage | null {
  const { text } = trimCutMark(body);
  const object = bodyObject(text);
  if (object) {
    const said = ownMember(object.value, Object.hasOwn(object.value, 'message') ? 'message' : 'Message');
    if (typeof said === 'string') return recognizeMessage(said.slice(0, 8192));
    return said === null ? recognizeMessage('{"message":null}') : null;
  }
  if (text.trim() === '' || text.length > maxPlainBody) return null;
  const message = recognizeMessage(text);
  return message.kind === 'other' ? null : message;
}

/** A refusal's or failure's own sentence on a line of its own; null when the words are none that are known. */
export function readMessageLine(whole: string): ReadLine | null {
  const message = recognizeMessage(whole.slice(0, 8192));
  return message.kind === 'other' ? null : { line: { kind: 'message', message, text: message.text } };
}

/** The message of a 5xx line; a wording that is not known counts as a configuration error all the same. */
function failureMessage(first: string, words: string): GatewayMessage {
  const known = recognizeMessage(first.slice(0, 1024));
  return known.kind === 'other' ? { ...known, kind: 'configuration_error', text: words } : known;
}

function readExecutionFailed(first: string): ReadLine {
  const head =
    /^Execution failed due to (?:an? )?(?:configuration|internal|timeout|network|integration|authorizer) error/.exec(
      first,
    )?.[0] ?? 'Execution failed';
  const message = failureMessage(first, head);
  const text = message.text.toLowerCase().startsWith('execution failed') ? head : `${head}: ${message.text}`;
  return { line: { kind: 'configuration_error', message, text } };
}

const withPrefixOnly = (lead: string): LineKind => ({
  id: 'L38',
  lead,
  example: `${lead}…`,
  grade: 'loose',
  needsPrefix: true,
  read: ({ whole }) => readMessageLine(whole),
});

/** Lines of the answer that API Gateway made itself, of failures, test invoke and WebSocket APIs. */
export const messageLineKinds: readonly LineKind[] = [
  {
    id: 'L33',
    lead: 'Gateway response type:',
    example: 'Gateway response type: ACCESS_DENIED with status code: 403',
    grade: 'seen',
    read: ({ first }) => {
      const m = /^Gateway response type:\s*([A-Z0-9_]{2,64})\s+with status code:\s*([1-5]\d{2})(?!\d)/.exec(first);
      if (!m) return null;
      const [, responseType = '', status = ''] = m;
      return {
        line: {
          kind: 'gateway_response',
          responseType,
          status: Number(status),
          text: `Gateway response type: ${responseType} with status code: ${status}`,
        },
      };
    },
  },
  {
    id: 'L34',
    lead: 'Gateway response body:',
    example: 'Gateway response body: {"message":"Forbidden"}',
    grade: 'loose',
    read: ({ whole }) => {
      const message = messageOfBody(whole.slice(22));
      const shown = message === null || message.kind === 'other' ? '…' : message.text;
      return { line: { kind: 'gateway_response_body', message, text: `Gateway response body: ${shown}` } };
    },
  },
  {
    id: 'L34',
    lead: 'Gateway response headers:',
    example: 'Gateway response headers: {…}',
    grade: 'loose',
    read: () => ({ line: { kind: 'gateway_response_headers', text: 'Gateway response headers: {…}' } }),
  },
  {
    // L12–L14 are the authorizer's texts behind the same words.
    id: 'L35',
    lead: 'Execution failed due to ',
    example: 'Execution failed due to configuration error: Malformed Lambda proxy response',
    grade: 'seen',
    read: ({ first }) => readExecutionFailed(first),
  },
  {
    id: 'L12',
    lead: 'AuthorizerConfigurationException',
    example: 'AuthorizerConfigurationException',
    grade: 'seen',
    read: ({ first, wrapped }) => {
      if (!wrapped && !/^AuthorizerConfigurationException(?: \/ .*)?$/.test(first)) return null;
      const text = 'AuthorizerConfigurationException';
      return { line: { kind: 'configuration_error', message: failureMessage(first, text), text } };
    },
  },
  {
    id: 'test invoke',
    lead: 'Execution log for request',
    example: 'Execution log for request 8d3c1f02-5b7e-4a11-9c66-0e2f4a7b9d10',
    grade: 'seen',
    read: ({ first }) => {
      const id = readRequestId(/^Execution log for request:?\s+(\S{1,128})/.exec(first)?.[1]);
      return { line: { kind: 'test_invoke', text: `Execution log for request ${id ?? '…'}` }, requestId: id };
    },
  },
  // WebSocket lines are known second-hand only: route and connection are named, nothing is read from them.
  ...(
    [
      ['WebSocket Request Route:', 'WebSocket Request Route: [$connect]'],
      ['WebSocket API [', 'WebSocket API [a1b2c3d4e5] received message from client [Connection Id: Iq9gwFDNoAMFo1A=].'],
      ['Client [', 'Client [Connection Id: Iq9gwFDNoAMFo1A=] connected to API [a1b2c3d4e5] successfully.'],
    ] as const
  ).map(
    ([lead, example]): LineKind => ({
      id: 'WebSocket',
      lead,
      example,
      grade: 'loose',
      read: ({ first }) => readWebSocketLine(first),
    }),
  ),
  // No public log shows these behind a prefix; without one they are a response's words.
  withPrefixOnly('User: '),
  withPrefixOnly('User is not authorized to access this resource'),
];

function readWebSocketLine(first: string): ReadLine | null {
  const route = /^WebSocket Request Route:\s*\[([$\w ./-]{1,128})\]/.exec(first)?.[1];
  if (route !== undefined) return { line: { kind: 'websocket', text: `WebSocket Request Route: [${route}]` } };
  if (/^Client \[(?:UserAgent|Connection Id|SourceIp):/.test(first)) {
    return { line: { kind: 'websocket', text: 'Client [… ] of a WebSocket API' } };
  }
  return /^WebSocket API \[/.test(first) ? { line: { kind: 'websocket', text: 'WebSocket API [… ]' } } : null;
}
