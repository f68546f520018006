import type { ContextVariable } from '../model/context-variable.js';
import { type LogEntry, plainEntry } from '../model/log-entry.js';
import { type StatusClass, statusClasses } from '../model/status-class.js';
import { placeOf, timeOf } from './access-facts.js';
import type { AccessValues } from './access-values.js';
import { cleanValue } from './clean-value.js';

/** What requests are counted by; null where the line does not tell. */
export interface AccessLabels {
  readonly account: string | null;
  readonly region: string | null;
  readonly apiId: string | null;
  readonly stage: string | null;
  readonly method: string | null;
  /** Template, never a raw path: `resourcePath`, else the path of `routeKey`. */
  readonly route: string | null;
  /** Start of the minute, ms since the epoch. */
  readonly minuteMs: number | null;
  readonly statusClass: StatusClass;
}

/** Position in `statusClasses`. */
export function statusClassIndex(status: number): number {
  if (status === 403) return 2;
  if (status >= 200 && status < 300) return 0;
  if (status >= 300 && status < 400) return 1;
  if (status >= 400 && status < 500) return 3;
  return status >= 500 && status < 600 ? 4 : 5;
}

export const statusClassOf = (status: number): StatusClass => statusClasses[statusClassIndex(status)] as StatusClass;

type Cleaned = Partial<Record<ContextVariable, string | null>>;

const labelVariables = [
  'accountId',
  'apiId',
  'domainName',
  'stage',
  'httpMethod',
  'resourcePath',
  'routeKey',
  'requestTime',
  'requestTimeEpoch',
  'status',
] as const;

const timeVariables = ['requestTime', 'requestTimeEpoch'] as const;

const noEntry: LogEntry = plainEntry('', 0);

/** Labels of a line from its logged values. */
export const labelsOfValues = (logged: AccessValues): AccessLabels => labelsOf(cleaned(logged, labelVariables));

/** Time of a line from its logged values, ms since the epoch. */
export const loggedTimeOf = (logged: AccessValues): number | null => timeOf(cleaned(logged, timeVariables));

function cleaned(logged: AccessValues, variables: readonly ContextVariable[]): Cleaned {
  const values: Cleaned = {};
  for (const variable of variables) {
    const value = logged.get(variable);
    const clean = value === undefined ? undefined : cleanValue(variable, value);
    if (clean !== undefined) values[variable] = clean;
  }
  return values;
}

/** Labels of a line from values that passed the keep policy. */
export function labelsOf(values: Cleaned): AccessLabels {
  const timeMs = timeOf(values);
  const { account, region, apiId } = placeOf(values, noEntry);
  return {
    account,
    region,
    apiId,
    stage: values.stage ?? null,
    method: methodLabel(values),
    route: routeLabel(values),
    minuteMs: timeMs === null ? null : Math.floor(timeMs / 60_000) * 60_000,
    statusClass: statusClassOf(Number(values.status ?? 0)),
  };
}

// `GET /pets/{id}`, `$default`, `$connect`
const routeKeyParts = /^([A-Z]{1,16}) (\/.*)$/s;

const methodLabel = (values: Cleaned): string | null =>
  values.httpMethod ?? routeKeyParts.exec(values.routeKey ?? '')?.[1] ?? null;

const routeLabel = (values: Cleaned): string | null =>
  values.resourcePath ?? routeKeyParts.exec(values.routeKey ?? '')?.[2] ?? values.routeKey ?? null;

export const labelsKey = (labels: AccessLabels): string =>
  JSON.stringify([
    labels.account,
    labels.region,
    labels.apiId,
    labels.stage,
    labels.method,
    labels.route,
    labels.minuteMs,
    labels.statusClass,
  ]);
