import type { ConfigFacts, DeployedRoute } from '../model/config-facts.js';
import type { ContextVariable } from '../model/context-variable.js';
import type { ExecutionLine, ExecutionLineKind } from '../model/facts.js';
import type { GatewayMessage } from '../model/gateway-message.js';
import type { RequestRecord } from '../model/request-record.js';
import type { Evidence } from '../model/verdict.js';
import { tellsDeployed } from './config-trust.js';
import { matchRoute } from './route-match.js';
import { type Integration, readIntegration } from './signals/integration.js';
import { refusalOfKeyed } from './signals/keyed-refusal.js';
import { type OtherError, readOtherError } from './signals/other-error.js';
import { type Refusal, readRefusal } from './signals/refusal.js';
import { answeredMessage, ownMessage } from './signals/said.js';

/** A request as the rules see it: every question that more than one rule asks, answered once. */
export interface Signals {
  readonly record: RequestRecord;
  readonly config: ConfigFacts | null;
  readonly status: number | null;
  readonly preflight: boolean;
  readonly refusal: Refusal | null;
  readonly otherError: OtherError | null;
  /** The most telling message, whoever wrote it. */
  readonly message: GatewayMessage | null;
  readonly messageEvidence: Evidence | null;
  readonly integration: Integration;
  readonly wafAllowed: Evidence | null;
  /** The deployed route the request hits; undefined: not known, null: none. */
  readonly deployedRoute: DeployedRoute | null | undefined;
  /** The route, or that there is none, is what was deployed at the time. */
  readonly routeIsDeployed: boolean;
  /** And every way to read the path leads there. */
  readonly routeIsSure: boolean;
  value(variable: ContextVariable): string | null | undefined;
  line<Kind extends ExecutionLineKind>(kind: Kind): Extract<ExecutionLine, { kind: Kind }> | undefined;
}

export function readSignals(request: RequestRecord, config: ConfigFacts | null): Signals {
  const record = { ...request, apiKind: request.apiKind ?? config?.apiKind ?? null };
  const { access, execution } = record;
  const value = (variable: ContextVariable) => access?.values[variable];
  const line = <Kind extends ExecutionLineKind>(kind: Kind) =>
    execution.find((l): l is Extract<ExecutionLine, { kind: Kind }> => l.kind === kind);

  const gatewayLine = line('gateway_response');
  const responseTypeEvidence: Evidence | null = value('error.responseType')
    ? { from: 'access', field: 'error.responseType', value: value('error.responseType') as string }
    : gatewayLine
      ? { from: 'execution', field: 'Gateway response type', value: gatewayLine.text }
      : null;
  const responseType = value('error.responseType') ?? gatewayLine?.responseType ?? null;

  const own = ownMessage(record);
  const said = own ?? answeredMessage(record);
  const message = said?.message ?? null;
  const messageEvidence = said?.evidence ?? null;

  const integration = readIntegration(record);
  const wafAllowed = readWafAllowed(record);
  const match = matchRoute(config ?? {}, record);
  const routeIsDeployed = config !== null && match.route !== undefined && tellsDeployed(config, record);
  const routeIsSure = routeIsDeployed && match.isSure;
  const refusal = readRefusal(record, responseType, responseTypeEvidence, own, integration);
  return {
    record,
    config,
    status: record.status,
    preflight: record.method?.toUpperCase() === 'OPTIONS',
    refusal:
      config !== null && routeIsSure && match.route?.apiKeyRequired && refusal !== null
        ? refusalOfKeyed(refusal, config, record, wafAllowed)
        : refusal,
    otherError: readOtherError(record, responseType, responseTypeEvidence, said),
    message,
    messageEvidence,
    integration,
    wafAllowed,
    deployedRoute: match.route,
    routeIsDeployed,
    routeIsSure,
    value,
    line,
  };
}

function readWafAllowed({ access, waf, wafJoin }: RequestRecord): Evidence | null {
  if (access?.values.wafResponseCode === 'WAF_ALLOW') {
    return { from: 'access', field: 'wafResponseCode', value: 'WAF_ALLOW' };
  }
  if (access?.values['waf.status'] === '200') return { from: 'access', field: 'waf.status', value: '200' };
  if (waf?.action === 'ALLOW' && wafJoin === 'id') return { from: 'waf', field: 'action', value: 'ALLOW' };
  return null;
}
