import type { LogEntry } from '../model/log-entry.js';

/** Where a text came from, as far as its wrappings told: everything of a `LogEntry` but its text. */
export type Origin = Omit<LogEntry, 'text'>;

export const unknownOrigin: Origin = {
  line: 1,
  timeMs: null,
  eventId: null,
  logGroup: null,
  logStream: null,
  account: null,
  region: null,
};

/** What an inner wrapping tells goes over what the outer one told; null tells nothing. */
export function refineOrigin(outer: Origin, inner: Partial<Origin>): Origin {
  return {
    line: inner.line ?? outer.line,
    timeMs: inner.timeMs ?? outer.timeMs,
    eventId: inner.eventId ?? outer.eventId,
    logGroup: inner.logGroup ?? outer.logGroup,
    logStream: inner.logStream ?? outer.logStream,
    account: inner.account ?? outer.account,
    region: inner.region ?? outer.region,
  };
}

/**
 * Account and region of an ARN, and the group's name when it is a log group's.
 * e.g. `arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-shop:*`
 */
export function originOfArn(arn: unknown): Partial<Origin> {
  if (typeof arn !== 'string' || arn.length > 2048) return {};
  const parts = arn.split(':');
  if (parts[0] !== 'arn' || parts.length < 6) return {};
  return {
    region: parts[3] || null,
    account: parts[4] || null,
    ...(parts[5] === 'log-group' && parts[6] ? { logGroup: parts[6] } : {}),
  };
}

/**
 * A log group as tools name it: by name, by ARN, or `<account>:<name>` (`@log` of Insights).
 * e.g. `111122223333:API-Gateway-Execution-Logs_a1b2c3d4e5/prod`
 */
export function originOfLogGroup(name: unknown): Partial<Origin> {
  if (typeof name !== 'string' || name === '') return {};
  if (name.startsWith('arn:')) return originOfArn(name);
  if (/^\d{12}:/.test(name)) return { account: name.slice(0, 12), logGroup: name.slice(13) };
  return { logGroup: name };
}
