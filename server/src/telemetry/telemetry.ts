import type { FeedKind } from '../store/event-store.js';

/**
 * One function for each internal event: it writes the log line, moves the counter and, for `span`, times the work.
 * Nothing here takes log text, payloads or secrets. To add one: here, in service-telemetry.ts, in docs/configuration.md if it is a metric.
 */
export interface Telemetry {
  unitStored(event: {
    readonly feed: string;
    readonly kind: FeedKind;
    readonly unit: string;
    readonly lines: number;
    readonly requests: number;
    readonly refused: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly durationMs: number;
  }): void;
  /** The unit will be sent or read again. */
  unitFailed(event: { readonly feed: string; readonly unit: string; readonly error: unknown }): void;
  /** Something outside is wrong and someone may have to act: a file that cannot be read, a directory that is gone. */
  sourceProblem(event: { readonly source: string; readonly problem: string }): void;
  /** A call to AWS, answered or not; `result` is ok or the kind of the AwsError. */
  awsCalled(event: { readonly operation: string; readonly result: string }): void;
  statementDone(event: {
    readonly operation: string;
    readonly durationMs: number;
    /** `ok` or the kind of the StoreError. */
    readonly outcome: string;
    readonly rows: number;
  }): void;
  databaseStarted(event: { readonly pid: number; readonly durationMs: number }): void;
  databaseStopped(event: { readonly pid: number; readonly reason: string; readonly willRestart: boolean }): void;
  requestServed(event: {
    readonly method: string;
    /** The route's pattern, never the path that came. */
    readonly route: string;
    readonly status: number;
    readonly durationMs: number;
    readonly tokenId: string | null;
  }): void;
  houseKept(event: { readonly task: string; readonly durationMs: number; readonly detail: string }): void;
  /** Our own defect, survived. */
  defect(event: { readonly where: string; readonly error: unknown }): void;
  /** Runs the work inside a span of that name; free when nothing is exported. */
  span<T>(name: string, attributes: Readonly<Record<string, string | number>>, work: () => Promise<T>): Promise<T>;
}

/** For tests and commands that tell people themselves. */
export const silentTelemetry: Telemetry = {
  unitStored: () => {},
  unitFailed: () => {},
  sourceProblem: () => {},
  awsCalled: () => {},
  statementDone: () => {},
  databaseStarted: () => {},
  databaseStopped: () => {},
  requestServed: () => {},
  houseKept: () => {},
  defect: () => {},
  span: (_name, _attributes, work) => work(),
};
