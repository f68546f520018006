import { type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { Telemetry } from './telemetry.js';
import { toldError } from './told-error.js';

export interface TelemetryParts {
  readonly log: Log;
  readonly metrics: Metrics;
  /** null: nothing is exported, and spans cost nothing. */
  readonly tracer: Tracer | null;
}

/** Log lines by pino, counters by prom-client, spans by OpenTelemetry. */
export function createServiceTelemetry({ log, metrics, tracer }: TelemetryParts): Telemetry {
  const { count, observe } = metrics;
  return {
    unitStored({ feed, kind, unit, lines, requests, refused, rejected, durationMs }) {
      count('why403_stored_units_total', { feed });
      count('why403_read_lines_total', { feed }, lines);
      count('why403_read_requests_total', { feed }, requests);
      for (const [reason, amount] of Object.entries(rejected)) {
        count('why403_rejected_lines_total', { feed, reason }, amount);
      }
      observe('why403_unit_seconds', {}, durationMs / 1000);
      const fields = { event: 'unit_stored', feed, kind, unit, lines, requests, refused, rejected, durationMs };
      log.debug(fields, `Stored ${lines} lines of ${feed}: ${requests} requests, ${refused} refused.`);
    },
    unitFailed({ feed, unit, error }) {
      count('why403_failed_units_total', { feed });
      log.warn(
        { event: 'unit_failed', feed, unit, error },
        `A batch of ${feed} was not stored and will be sent again.`,
      );
    },
    sourceProblem({ source, problem }) {
      count('why403_source_problems_total', { source });
      log.warn({ event: 'source_problem', source, problem }, `${source}: ${problem}`);
    },
    awsCalled({ operation, result }) {
      count('why403_aws_calls_total', { operation, result });
    },
    statementDone({ operation, durationMs, outcome, rows }) {
      observe('why403_store_statement_seconds', { operation, outcome }, durationMs / 1000);
      const fields = { event: 'statement_done', operation, durationMs, outcome, rows };
      if (outcome === 'ok') log.debug(fields, `The store did ${operation} in ${Math.round(durationMs)} ms.`);
      else log.info(fields, `The store did not do ${operation}: ${outcome}.`);
    },
    databaseStarted({ pid, durationMs }) {
      count('why403_database_starts_total', {});
      log.info(
        { event: 'database_started', pid, durationMs },
        `The embedded database is up after ${(durationMs / 1000).toFixed(1)} s (pid ${pid}).`,
      );
    },
    databaseStopped({ pid, reason, willRestart }) {
      const fields = { event: 'database_stopped', pid, reason, willRestart };
      if (willRestart) log.warn(fields, `The embedded database has ended and is started again: ${reason}`);
      else log.info(fields, `The embedded database has ended: ${reason}`);
    },
    requestServed({ method, route, status, durationMs, tokenId }) {
      count('why403_http_requests_total', { route, method, status: String(status) });
      observe('why403_http_request_seconds', { route }, durationMs / 1000);
      const fields = { event: 'request_served', method, route, status, durationMs, tokenId };
      log.debug(fields, `${method} ${route} ${status} in ${Math.round(durationMs)} ms`);
    },
    houseKept({ task, durationMs, detail }) {
      observe('why403_house_seconds', { task }, durationMs / 1000);
      log.debug({ event: 'house_kept', task, durationMs, detail }, `${task}: ${detail}`);
    },
    defect({ where, error }) {
      count('why403_defects_total', { where });
      log.error({ event: 'defect', where, error }, `A defect of why403 in ${where}; please report it.`);
    },
    span(name, attributes, work) {
      if (tracer === null) return work();
      return tracer.startActiveSpan(name, { attributes }, (span) => inSpan(span, work));
    },
  };
}

async function inSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, kind } = toldError(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: kind === undefined ? name : `${name} ${kind}` });
    throw error;
  } finally {
    span.end();
  }
}
