import { expect, it } from 'vitest';
import * as engine from '../../../parsers/src/index.js';
import { createPipeline } from '../../../server/src/pipeline/pipeline.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { useTestDatabase } from '../../support/test-database.js';
import { openService } from './real-service.js';
import { startApi } from './start-api.js';

const database = useTestDatabase();
const minuteMs = 60_000;
const atMs = Date.UTC(2061, 2, 1, 12);
const format = JSON.stringify({
  requestId: '$context.requestId',
  extendedRequestId: '$context.extendedRequestId',
  requestTimeEpoch: '$context.requestTimeEpoch',
  apiId: '$context.apiId',
  stage: '$context.stage',
  status: '$context.status',
  errorResponseType: '$context.error.responseType',
  deploymentId: '$context.deploymentId',
  isCanaryRequest: '$context.isCanaryRequest',
});

let requests = 0;
const line = (minute: number, deploymentId: string, more: Record<string, string> = {}): string => {
  requests++;
  return JSON.stringify({
    requestId: `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}`,
    extendedRequestId: `Xid${String(requests).padStart(10, '0')}=`,
    requestTimeEpoch: String(atMs + minute * minuteMs),
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    status: '403',
    errorResponseType: 'ACCESS_DENIED',
    deploymentId,
    isCanaryRequest: '-',
    ...more,
  });
};

/** A window of a log group each. */
const windows: readonly (readonly string[])[] = [
  [line(0, 'dep001'), line(1, 'dep001')],
  [
    line(10, 'dep001'),
    line(10, 'dep002', { isCanaryRequest: 'true' }),
    line(11, 'dep003', { status: '200', errorResponseType: '-' }),
  ],
  // Both answer while AWS carries the deployment everywhere.
  [line(20, 'dep002'), line(21, 'dep001'), line(22, 'dep002')],
  [line(30, 'dep002'), line(31, `x'); DROP TABLE deployment_seen`), line(32, '-')],
];

it('the access log tells of a deployment: once, whatever is read again, by whom, in whatever order', async () => {
  const nowMs = () => atMs + 60 * minuteMs;
  const { store, sink } = await openService(database, nowMs);
  const compiled = engine.compileAccessLogFormat(format);
  if (!compiled.ok) throw new Error(compiled.detail);
  const accept = (to: Pick<typeof sink, 'accept'>, window: number) =>
    to.accept({
      id: `cwl:g:${window}`,
      feed: 'cwl:g',
      kind: 'cloudwatch',
      settings: {
        template: compiled.value,
        fallbackPlace: { ...engine.noPlace, account: '111122223333', region: 'eu-west-1' },
        limits: engine.defaultLimits,
      },
      content: [new TextEncoder().encode(`${windows[window]?.join('\n')}\n`)],
    });
  // A backfill goes backwards; then a sweep reads all again, and a service that has just started.
  for (const window of [3, 2, 1, 0, 0, 1, 2, 3]) await accept(sink, window);
  const limits = { inFlightBytes: 1e7, inFlightUnits: 16, rowsDays: 36_500 };
  const restarted = createPipeline({ store, engine, telemetry: silentTelemetry, nowMs, limits });
  for (const window of [0, 2, 3]) await accept(restarted, window);

  const api = await startApi({ store, sink, nowMs });
  const { changes } = (await (await api.fetch('/api/v1/changes')).json()) as { changes: readonly object[] };
  expect(changes).toEqual([
    expect.objectContaining({
      ...{ account: '111122223333', region: 'eu-west-1', apiId: 'a1b2c3d4e5', stage: 'prod' },
      ...{ kind: 'deployment', what: 'dep002', at: atMs + 20 * minuteMs },
      summary:
        'Deployment dep002 answers requests to the stage prod of a1b2c3d4e5, where dep001 did before, as its access log says.',
    }),
  ]);
  const marks = (await (await api.fetch('/api/v1/annotations?kind=change')).json()) as {
    columns: readonly { name: string; values: readonly unknown[] }[];
  };
  expect(marks.columns.find(({ name }) => name === 'time')?.values).toEqual([atMs + 20 * minuteMs]);
});
