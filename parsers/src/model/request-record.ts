import type { AccessFacts, ExecutionLine, ResponseFacts, WafFacts } from './facts.js';

export type ApiKind = 'rest' | 'http' | 'websocket';

/** Everything known of one request, the union of its facts. */
export interface RequestRecord {
  /**
   * Of the counting fact (access, else execution, WAF, response): hash of its extendedRequestId, else of its first raw line
   * and what sets equal lines apart. Evidence that comes later does not change it. 32 hex digits.
   */
  readonly eventId: string;
  readonly requestId: string | null;
  readonly extendedRequestId: string | null;
  readonly traceId: string | null;
  readonly timeMs: number | null;
  /** The status the client got, from whichever source shows it. */
  readonly status: number | null;
  /** null when nothing tells. */
  readonly apiKind: ApiKind | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly apiId: string | null;
  readonly stage: string | null;
  readonly method: string | null;
  /** Raw path, attacker's words. */
  readonly path: string | null;
  /** Route template (`resourcePath`, the path of `routeKey`); null when none matched or none was logged. */
  readonly route: string | null;
  readonly sourceIp: string | null;
  readonly access: AccessFacts | null;
  /** In log order; empty when no execution log was seen. */
  readonly execution: readonly ExecutionLine[];
  readonly waf: WafFacts | null;
  /** `approximate`: no id links the WAF record; api, stage, client IP, method, path and ±2 s do. */
  readonly wafJoin: 'id' | 'approximate' | null;
  readonly response: ResponseFacts | null;
  /** True when only a `requestId`, which callers may choose, joins some of these sources. */
  readonly joinedByRequestId: boolean;
  /** 1-based input line where the request first appears. */
  readonly line: number;
}
