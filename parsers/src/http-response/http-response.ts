import { findSentence } from '../gateway-message/index.js';
import {
  accept,
  type EntryFormat,
  type Facts,
  type GatewayMessage,
  type Hint,
  type LogEntry,
  type ParseResult,
  type RequestPlace,
  type ResponseFacts,
  refuse,
} from '../model/index.js';
import { readBody } from './body.js';
import { readBrowserCors } from './browser-cors.js';
import { isCommand } from './command.js';
import { isBlockPage, readEdge } from './edge.js';
import { type Exchange, splitExchanges } from './exchange.js';
import { findGatewayResponseType } from './gateway-response-type.js';
import { readHeaders } from './header-block.js';
import { findHints } from './hints.js';
import { stageOfPath } from './host.js';
import { parseHttpDate } from './http-date.js';
import type { PasteLine } from './paste-lines.js';
import { apiOfRequest, readRequest, type SeenRequest } from './request.js';
import { findErrorType, findRequestId } from './sdk-error.js';
import { isFunctionError, namesOtherService } from './sdk-service.js';
import { type FoundStatus, findStatus } from './status.js';
import { wordsAround } from './words-around.js';

export { startsHttpExchange } from './exchange.js';

const maxExchangeLength = 64 * 1024;

/** Kinds whose own status is not 403: in prose beside a 403 they are somebody's guess, not the answer. */
const otherStatus: ReadonlySet<GatewayMessage['kind']> = new Set<GatewayMessage['kind']>([
  'unauthorized',
  'identity_token_expired',
  'too_many_requests',
  'limit_exceeded',
  'not_found',
  'bad_request',
  'payload_too_large',
  'uri_too_long',
  'unsupported_media_type',
  'internal_server_error',
  'service_unavailable',
  'integration_timeout',
  'gateway_lacks_permission',
  'configuration_error',
]);

const saysRefusal = (words: string): boolean =>
  /^\w{3,60}Exception\b|\bBearer [^\n]{0,80}error="/.test(words) || findSentence(words.slice(0, 400)) !== null;

// arn:aws:execute-api:eu-west-1:********3333:abcdefghij/prod/GET/pets
const requestArn =
  /^arn:aws[\w-]{0,20}:execute-api:([a-z0-9-]{1,30}):([\d*]{0,20}):([a-z0-9]{8,12})\/([\w$-]{1,128})(?:\/([A-Z]{3,7})\b)?/;

function placeOf(seen: SeenRequest, message: GatewayMessage | null, httpApi: boolean, entry: LogEntry): RequestPlace {
  const { request } = seen;
  const host = apiOfRequest(request);
  const arn = requestArn.exec(message?.denial?.resource ?? '');
  const onApiHost = request.hostKind === 'execute_api' || request.hostKind === 'vpc_endpoint';
  return {
    account: arn && /^\d{12}$/.test(arn[2] ?? '') ? (arn[2] ?? null) : entry.account,
    region: host.region ?? arn?.[1] ?? entry.region,
    apiId: host.apiId ?? (onApiHost ? seen.apiIdHeader : null) ?? arn?.[3] ?? null,
    // an HTTP API's $default stage leaves no segment, so its first segment may be the route's
    stage: arn?.[4] ?? (onApiHost && !httpApi ? stageOfPath(request.path) : null),
  };
}

/** The first lines, as many as one exchange may hold. */
function bounded(lines: Exchange['lines']): Exchange['lines'] {
  let length = 0;
  const end = lines.findIndex((line) => {
    length += line.text.length + 1;
    return length > maxExchangeLength;
  });
  return end < 0 ? lines : lines.slice(0, end);
}

// Forbidden. For troubleshooting Function URL authorization issues, see: https://docs…
const functionUrlWords = /function url/i;

// * Connected to nlb-0123.elb.eu-west-1.amazonaws.com (198.51.100.7) port 443   * Connection #0 to host … left intact
const connectedHost = /^(?:\* )?(?:Connected to|Connection #\d{1,4} to host) ([\w.-]{1,253}) (?:\(|left intact|port )/m;

interface Reading {
  readonly facts: ResponseFacts;
  /** Something of an answer was there, not only of a request. */
  readonly answered: boolean;
}

function readExchange(lines: readonly PasteLine[], entry: LogEntry, extraHints: readonly Hint[]): Reading {
  const headers = readHeaders(lines);
  const seen = readRequest(lines, headers);
  const answer = lines
    .filter((line) => !isCommand(line.text))
    .map((line) => line.text)
    .join('\n');

  const cors = readBrowserCors(answer);
  const body = readBody(answer);
  const shownStatus: FoundStatus | null = findStatus(answer, saysRefusal);
  const status =
    body.webSocketFrame && shownStatus?.from !== 'answer'
      ? null
      : (shownStatus?.status ?? (isBlockPage(answer) ? 403 : null));
  const otherService = namesOtherService(answer);
  // The function failed over a call of its own: what its SDK says is no answer to the request.
  const ownCall = status === null && otherService && isFunctionError(answer);

  const guess = body.message !== null && !body.quoted && otherStatus.has(body.message.kind);
  const message = ownCall || (guess && status === 403) ? null : body.message;
  const errorType = headers.errorType ?? (ownCall ? null : findErrorType(answer));
  const errorTypeFrom = headers.errorType ? 'header' : errorType ? 'text' : null;
  const gatewayResponseType = findGatewayResponseType(answer);
  const edge = readEdge(answer, headers, body.shape);
  const scheme = message?.authorizationScheme;
  const httpApi = headers.httpApiRequestId !== null;

  const hints = new Set<Hint>([...findHints(wordsAround(lines)), ...extraHints]);
  if (ownCall) hints.add('backend');
  if (body.webSocketFrame || seen.webSocket) hints.add('websocket');
  if (
    /unexpected server response|websocket: bad handshake|websocket handshake|websocket connection|@connections\/|ApiGatewayManagementApi|PostToConnection/i.test(
      answer,
    )
  ) {
    hints.add('websocket');
  }

  if (/\bx-amzn-waf-/i.test(answer)) hints.add('waf');
  // A Host header for another host than the one connected to: a load balancer, an endpoint or a proxy stands between.
  const connected = connectedHost.exec(answer)?.[1]?.toLowerCase();
  if (connected && seen.request.host && connected !== seen.request.host.toLowerCase()) {
    hints.add('custom_domain').add('vpc_endpoint');
  }

  const facts: ResponseFacts = {
    kind: 'response',
    ids: {
      // an HTTP API has one id, and its access log prints it under both names
      requestId: headers.requestId ?? headers.httpApiRequestId ?? findRequestId(answer),
      extendedRequestId: headers.apigwId ?? headers.httpApiRequestId,
      traceId: headers.traceId,
    },
    place: placeOf(seen, message, httpApi, entry),
    timeMs: (headers.date === null ? null : parseHttpDate(headers.date)) ?? entry.timeMs,
    status,
    errorType,
    errorTypeFrom,
    errorTypeOfService: headers.errorTypeOfService,
    gatewayResponseType,
    message,
    bodyShape:
      gatewayResponseType !== null
        ? 'gateway'
        : ownCall
          ? 'foreign'
          : body.shape === 'gateway' && message === null
            ? 'none'
            : body.shape,
    messageKey: body.messageKey,
    contentLength: headers.contentLength,
    headersComplete: headers.complete,
    headers: {
      server: headers.server,
      amznRequestId: headers.requestId !== null,
      apigwId: headers.apigwId !== null,
      httpApiRequestId: httpApi,
      viaCloudFront: headers.viaCloudFront,
      wwwAuthenticateError: headers.wwwAuthenticateError,
      wwwAuthenticateScope: headers.wwwAuthenticateScope,
      corsAllowOrigin: headers.corsAllowOrigin,
      remapped: headers.remapped,
    },
    request: {
      ...seen.request,
      hostKind:
        seen.request.hostKind ??
        (functionUrlWords.test(message?.text ?? '') ? 'function_url' : otherService && !ownCall ? 'aws_service' : null),
      method: seen.request.method ?? requestArn.exec(message?.denial?.resource ?? '')?.[5] ?? null,
      authorization:
        (seen.request.authorization === null || seen.request.authorization === 'none') && scheme && scheme !== 'hidden'
          ? scheme
          : seen.request.authorization,
    },
    edge,
    browserCors: cors,
    hints: [...hints],
  };
  const answered =
    status !== null ||
    errorType !== null ||
    (message !== null && message.kind !== 'other') ||
    body.deniesInWords ||
    ownCall ||
    edge !== null ||
    cors !== null ||
    headers.wwwAuthenticateError !== null ||
    headers.requestId !== null ||
    headers.apigwId !== null ||
    httpApi;
  return { facts, answered };
}

// Every status, header, sentence and error name that this format knows holds one of these; sentences may be wrapped,
// so no pattern spans two words. A cheap look only: `parse` decides.
const anyTrace =
  /[1-5]\d\d|amz|apigw|http|authori|authenti|forbidden|exception|message|signature|credential|token|key|cors|origin|polic|deny|denied|error|server|code|request|service|timed|too\s|limit|rate|permission|invalid|unable|mapping|lambda|endpoint|unsupported|route|<|cf-ray|cloudf|varnish|incapsula|sucuri|#|scope/i;

function parse(entry: LogEntry): ParseResult<readonly Facts[]> {
  const facts: ResponseFacts[] = [];
  // a command without an answer, or words only: what they name belongs to the answer that follows
  let carried: readonly Hint[] = [];
  for (const exchange of splitExchanges(entry.text)) {
    const reading = readExchange(bounded(exchange.lines), entry, carried);
    if (reading.answered) facts.push(reading.facts);
    carried = reading.answered ? [] : reading.facts.hints;
  }
  if (facts.length > 0) return accept(facts);
  return refuse(
    'unrecognised',
    'expected an HTTP answer of API Gateway (a status, its headers, its message or an SDK error); found none of them: paste the output of `curl -i`',
  );
}

/**
 * What people paste: `curl -i` and `curl -v` output, headers, bodies, browser and Postman copies, SDK and tool errors,
 * with or without words around. One fact for each exchange.
 */
export const httpResponseFormat: EntryFormat = {
  name: 'http-response',
  claims: (entry: LogEntry) =>
    anyTrace.test(entry.text.length > maxExchangeLength ? entry.text.slice(0, maxExchangeLength) : entry.text),
  parse,
};
