import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { createMetricsPage } from '../metrics-page.js';
import { defineOperation, type Operation } from '../operation.js';

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

const readiness = z
  .strictObject({
    status: z.enum(['ready', 'not_ready']),
    checks: z
      .array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() }))
      .optional()
      .meta({ description: 'Only for callers that may read.' }),
  })
  .meta({ id: 'Readiness' });

export function createHealthOperations(deps: ApiDeps): readonly Operation[] {
  const renderMetrics = createMetricsPage(deps);
  return [
    defineOperation({
      id: 'readHealth',
      method: 'get',
      path: '/healthz',
      access: 'open',
      tag: 'Service',
      summary: 'The process answers',
      description: 'For liveness probes; needs no token.',
      answer: { description: 'It does.', schema: health },
      errors: [],
      examples: [{ name: 'alive', summary: 'Liveness probe' }],
      run: () => ({ status: 'ok' as const }),
    }),
    defineOperation({
      id: 'readReadiness',
      method: 'get',
      path: '/readyz',
      access: 'open',
      tag: 'Service',
      summary: 'The service can do its work',
      description: 'For readiness probes; needs no token. With a token that may read, each check is listed.',
      answer: { description: 'Ready.', schema: readiness },
      otherAnswers: { 503: 'Not ready, for example while the event store starts.' },
      errors: [],
      examples: [{ name: 'ready', summary: 'Readiness probe' }],
      run({ res, caller }) {
        const { ready, checks } = deps.readiness();
        if (!ready) res.status(503).set('Retry-After', '5');
        const status = ready ? ('ready' as const) : ('not_ready' as const);
        if (caller.role === null || caller.role === 'ingest') return { status };
        return { status, checks: checks.map(({ name, ok, detail }) => ({ name, ok, detail })) };
      },
    }),
    defineOperation({
      id: 'readMetrics',
      method: 'get',
      path: '/metrics',
      access: 'read',
      tag: 'Service',
      summary: 'Metrics for Prometheus',
      description:
        'Gauges are read from the event store up to the watermark: requests and refused requests of the newest 5 complete minutes, spike scores and what they are compared with, causes that are new on a route, the share of refusals without a known cause, and up to when each feed was read. Counters tell of the service itself only.',
      answer: {
        description: 'Prometheus text format.',
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        schema: z.string(),
      },
      errors: [],
      examples: [{ name: 'scrape', summary: 'A scrape' }],
      run: renderMetrics,
    }),
  ];
}
