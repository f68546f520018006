import { recognizeMessage } from '../gateway-message/recognize.js';
import type { ContextVariable } from '../model/context-variable.js';
import { type AccessFacts, noPlace, type RequestIds, type RequestPlace } from '../model/facts.js';
import type { GatewayMessage } from '../model/gateway-message.js';
import type { LogEntry } from '../model/log-entry.js';
import { isShortId, standsForAnId, traceRoot } from '../text/request-id.js';
import { loggedTime, parseRequestTime } from '../text/time.js';
import { type AccessValues, isAbsent } from './access-values.js';
import { cleanValue, unquoteMessage } from './clean-value.js';

type CleanValues = Partial<Record<ContextVariable, string | null>>;

/** The only door from logged values (secrets included) to facts: everything passes its variable's keep policy. */
export function toAccessFacts(
  logged: AccessValues,
  entry: LogEntry,
  formatName: string,
  messageGuessed = false,
): AccessFacts {
  const values: CleanValues = {};
  for (const [variable, value] of logged) {
    const clean = cleanValue(variable, value);
    if (clean !== undefined) values[variable] = clean;
  }
  return {
    kind: 'access',
    format: formatName,
    ids: idsOf(values),
    place: placeOf(values, entry),
    timeMs: timeOf(values) ?? entry.timeMs,
    values,
    message: messageOf(logged),
    ...(messageGuessed ? { messageGuessed } : {}),
  };
}

function messageOf(logged: AccessValues): GatewayMessage | null {
  for (const variable of ['error.message', 'error.messageString'] as const) {
    const message = unquoteMessage(logged.get(variable) ?? '-');
    if (!isAbsent(message)) return recognizeMessage(message);
  }
  return null;
}

function idsOf(values: CleanValues): RequestIds {
  // An id masked in part stays: it still shows which of the two forms it had.
  const shown = (id: string | null | undefined): string | null => (id && !standsForAnId(id) ? id : null);
  const requestId = shown(values.requestId);
  const extended = shown(values.extendedRequestId);
  return {
    requestId,
    extendedRequestId: extended ?? (requestId !== null && isShortId(requestId) ? requestId : null),
    traceId: traceRoot(values.xrayTraceId),
  };
}

/** `asad15n3p0.execute-api.us-east-1.amazonaws.com`, `….cn-north-1.amazonaws.com.cn`, `asad15n3p0-vpce-….execute-api.…` */
const defaultEndpoint =
  /^([a-z0-9]{6,12})(?:-vpce-[a-z0-9]+)?\.execute-api\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/;

export function placeOf(values: CleanValues, entry: LogEntry): RequestPlace {
  const endpoint = defaultEndpoint.exec(values.domainName ?? '');
  const account = values.accountId ?? entry.account;
  const region = endpoint?.[2] ?? entry.region;
  const apiId = values.apiId ?? endpoint?.[1] ?? null;
  const stage = values.stage ?? null;
  // Most formats log none of them, and requests are held by the hundred thousand: they share one object.
  const isUnknown = account === null && region === null && apiId === null && stage === null;
  return isUnknown ? noPlace : { account, region, apiId, stage };
}

/** Time of the request by its own words; milliseconds or seconds since the epoch, else the request time. */
export function timeOf(values: CleanValues): number | null {
  const epoch = values.requestTimeEpoch;
  const unitMs = epoch?.length === 13 ? 1 : epoch?.length === 10 ? 1000 : Number.NaN;
  const ms = loggedTime(Number(epoch) * unitMs);
  if (ms !== null) return ms;
  return values.requestTime ? parseRequestTime(values.requestTime) : null;
}
