import type { ContextVariable } from '../model/context-variable.js';
import { type LoggedApiKind, missingCauseVariables } from './missing-cause-variables.js';
import { type AccessLogTemplate, compileAccessLogFormat } from './template.js';

/** A format by which more refusals can be told apart. */
export interface RecommendedFormat {
  /** One line, at most 3 KB. */
  readonly format: string;
  /** What it has more than the given one. */
  readonly added: readonly ContextVariable[];
  /** It is the given one with more keys at its end; false: a new one. Whoever else reads the log must know then. */
  readonly extendsGiven: boolean;
}

/** AWS allows 3 KB. */
const maxFormatBytes = 3_072;

/** Who, when, where and what: without these a verdict has no place. */
const basis: Readonly<Record<LoggedApiKind, readonly ContextVariable[]>> = {
  rest: [
    ...(['requestId', 'extendedRequestId', 'requestTimeEpoch', 'accountId', 'apiId', 'stage'] as const),
    ...(['httpMethod', 'resourcePath', 'path', 'status', 'identity.sourceIp', 'identity.userAgent'] as const),
  ],
  http: [
    ...(['requestId', 'extendedRequestId', 'requestTimeEpoch', 'accountId', 'apiId', 'stage'] as const),
    ...(['httpMethod', 'routeKey', 'path', 'status', 'identity.sourceIp', 'identity.userAgent'] as const),
  ],
  websocket: [
    ...(['requestId', 'extendedRequestId', 'requestTimeEpoch', 'apiId', 'stage', 'eventType'] as const),
    ...(['routeKey', 'connectionId', 'status', 'identity.sourceIp', 'identity.userAgent'] as const),
  ],
};

/**
 * What a stage's access log should be; null when the given format lacks nothing. A flat or nested JSON object gets keys at its end, so
 * that whoever else reads it goes on; text in which a value may run into the next one becomes JSON. `given` null: none is set yet.
 */
export function recommendFormat(given: AccessLogTemplate | null, apiKind: LoggedApiKind): RecommendedFormat | null {
  const had = given?.variables ?? [];
  const missing = missingCauseVariables(had, apiKind);
  if (given !== null && missing.length === 0) return null;
  const extended = given === null ? null : extend(given, missing);
  if (extended !== null) return { format: extended, added: missing, extendsGiven: true };
  const wanted = [...basis[apiKind], ...missingCauseVariables(basis[apiKind], apiKind)];
  // What was logged so far is kept where there is room; what only stands for other names (claims) cannot be written anew.
  const kept = had.filter((variable) => !wanted.includes(variable) && !standIns.has(variable));
  const whole = jsonFormat([...wanted, ...kept]);
  const format = byteLength(whole) <= maxFormatBytes ? whole : jsonFormat(wanted);
  return { format, added: wanted.filter((variable) => !had.includes(variable)), extendsGiven: false };
}

const standIns: ReadonlySet<ContextVariable> = new Set([
  'authorizer.claims',
  'authorizer.context',
  // Secret or personal: who wants them in the log puts them there.
  'identity.apiKey',
  'identity.clientCert.clientCertPem',
]);

function extend({ kind, source }: AccessLogTemplate, missing: readonly ContextVariable[]): string | null {
  const text = source.trim();
  if (kind !== 'json' || !text.startsWith('{') || !text.endsWith('}')) return null;
  const body = text.slice(0, -1).trimEnd();
  const comma = body === '{' ? '' : ',';
  const format = `${body}${comma}${missing.map(member).join(',')}}`;
  if (byteLength(format) > maxFormatBytes) return null;
  // A key that was there already would be twice there: then it is not what it looks like.
  const compiled = compileAccessLogFormat(format);
  const isRead = compiled.ok && compiled.value.kind === 'json';
  return isRead && missing.every((variable) => compiled.value.variables.includes(variable)) ? format : null;
}

const jsonFormat = (variables: readonly ContextVariable[]): string => `{${variables.map(member).join(',')}}`;

/** `error.responseType` → `"errorResponseType":"$context.error.responseType"`; `identity.sourceIp` → `"sourceIp":…` */
const member = (variable: ContextVariable): string => `"${keyOf(variable)}":"$context.${variable}"`;

const keyOf = (variable: ContextVariable): string =>
  (otherKeys[variable] ?? variable.replace(/^identity\./, '')).replace(/\.(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  );

/** `integration.status` would be written as `integrationStatus`, which is another variable. */
const otherKeys: Readonly<Partial<Record<ContextVariable, string>>> = {
  'integration.status': 'backendStatus',
};

/** ASCII in most cases; the limit is one of bytes. */
const byteLength = (text: string): number => new TextEncoder().encode(text).length;
