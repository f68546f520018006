import { beforeAll, describe, expect, it } from 'vitest';
import { goldenIn } from '../../support/golden.js';
import { useTestDatabase } from '../../support/test-database.js';
import { openService } from './real-service.js';
import { sendSmallTraffic } from './small-traffic.js';
import { type ApiOptions, startApi } from './start-api.js';

const expectGolden = goldenIn('api');
const database = useTestDatabase();
let options: ApiOptions;

beforeAll(async () => {
  options = await openService(database);
});

const whole = '00000000-0000-4000-8000-000000020001';

describe('answers on a small, fixed traffic', () => {
  it.each([
    ['samples', '/api/v1/samples'],
    ['samples-oldest', '/api/v1/samples?order=oldest&limit=2&not.cause=unknown'],
    ['report', `/api/v1/events/${whole}/report`],
    ['report-of-unknown', '/api/v1/events/Small20004EXAMPLE%3D/report'],
    ['report-of-waf', '/api/v1/events/Small20002EXAMPLE%3D/report'],
    ['coverage-stages', '/api/v1/coverage'],
    ['coverage-feeds', '/api/v1/coverage?table=feeds'],
    ['coverage-advice', '/api/v1/coverage?table=advice'],
    ['portions', '/api/v1/series?metric=portion&by=group&step=10m&from=2026-03-01T12:10:00Z'],
  ])('%s', async (name, path) => {
    const api = await startApi(options);
    await sendSmallTraffic(api);
    const response = await api.fetch(path);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expectGolden(`${name}.json`, `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });
});
