import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../server/src/telemetry/log.js';
import { createMetrics } from '../../../server/src/telemetry/metrics.js';
import { startExporter } from '../../../server/src/telemetry/otlp.js';
import { createServiceTelemetry } from '../../../server/src/telemetry/service-telemetry.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A collector: keeps what it gets, or never answers. */
async function collector(answers = true) {
  const received: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString('latin1') });
      if (answers) response.end('{}');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bodies = (path: string) => received.filter((each) => each.path === path).map(({ body }) => body);
  return { endpoint: `http://127.0.0.1:${port}`, bodies };
}

async function exporting(endpoint: string, { problems = [] as string[], shutdownMs = 30_000 } = {}) {
  const registry = new Registry();
  const log = createLog({ level: 'error', format: 'json', write: () => {}, nowMs: () => 0 });
  const counters = createServiceTelemetry({ log, metrics: createMetrics(registry), tracer: null });
  const exporter = await startExporter({
    endpoint,
    serviceName: 'why403-test',
    version: '1.2.3',
    registry,
    intervalMs: 60_000,
    shutdownMs,
    onProblem: () => void problems.push('problem'),
  });
  const spans = createServiceTelemetry({ log, metrics: createMetrics(new Registry()), tracer: exporter.tracer });
  return { exporter, counters, spans };
}

describe('with an endpoint', () => {
  it('spans and metrics arrive, at the latest at shutdown', async () => {
    const { endpoint, bodies } = await collector();
    const { exporter, counters, spans } = await exporting(`${endpoint}/`);
    counters.requestServed({ method: 'GET', route: '/api/v1/top', status: 200, durationMs: 4, tokenId: null });
    await spans.span('unit', { lines: 12 }, () => spans.span('settle', {}, async () => {}));
    await expect(spans.span('broken', {}, () => Promise.reject(new Error('canary')))).rejects.toThrow();
    await exporter.shutdown();
    const traces = bodies('/v1/traces').join();
    for (const word of ['unit', 'settle', 'broken', 'lines', 'why403-test', '1.2.3']) expect(traces).toContain(word);
    expect(traces).not.toContain('canary');
    const metrics = bodies('/v1/metrics').join();
    for (const word of [
      'why403_http_requests_total',
      'why403_http_request_seconds_count',
      '/api/v1/top',
      'why403-test',
    ]) {
      expect(metrics).toContain(word);
    }
  });

  it('the inner span is a child of the outer', async () => {
    const { endpoint } = await collector();
    const { exporter } = await exporting(endpoint);
    await exporter.tracer.startActiveSpan('outer', async (outer) => {
      await Promise.resolve();
      const inner = exporter.tracer.startSpan('inner');
      expect(inner.spanContext().traceId).toBe(outer.spanContext().traceId);
      inner.end();
      outer.end();
    });
    await exporter.shutdown();
  });

  it('a collector that never answers does not hold up the shutdown for more than its limit', async () => {
    const { endpoint } = await collector(false);
    const { exporter, spans } = await exporting(endpoint, { shutdownMs: 500 });
    await spans.span('unit', {}, async () => {});
    await exporter.shutdown();
  });

  it('a collector that is not there is told once', async () => {
    const { endpoint } = await collector();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    const problems: string[] = [];
    const { exporter, spans } = await exporting(endpoint, { problems });
    await spans.span('unit', {}, async () => {});
    await exporter.shutdown();
    expect(problems.length).toBeLessThanOrEqual(1);
  });
});
