import { defaultLimits } from '@why403/parsers';
import { describe, expect, it } from 'vitest';
import { defaultApiLimits } from '../../../server/src/api/deps.js';
import { configOf } from './load-config.js';

// The same figures stand in two places: what a part does by itself, and what the configuration says by default.
describe('the default limits of the configuration are those of the parts', () => {
  const { limits } = configOf({});

  it.each([
    [limits.bodyBytes, defaultApiLimits.maxBodyBytes],
    [limits.explainBytes, defaultApiLimits.maxExplainBytes],
    [limits.explainedRequests, defaultApiLimits.maxExplainedRequests],
    [limits.rangeDays, defaultApiLimits.maxRangeDays],
    [limits.series, defaultApiLimits.maxSeries],
    [limits.points, defaultApiLimits.maxPoints],
    [limits.pageSize, defaultApiLimits.maxPageSize],
    [limits.topRows, defaultApiLimits.maxTop],
    [limits.labelValues, defaultApiLimits.maxLabelValues],
    [limits.requestsPerMinute, defaultApiLimits.requestsPerMinute],
    [limits.ingestRequestsPerMinute, defaultApiLimits.ingestRequestsPerMinute],
    [limits.openIngests, defaultApiLimits.openIngests],
    [limits.feeds, defaultApiLimits.maxFeeds],
    [limits.streamClients, defaultApiLimits.openStreams],
    [limits.streamBufferBytes, defaultApiLimits.streamBufferBytes],
    [limits.decompressedBytes, defaultLimits.payloadBytes],
    [limits.recordBytes, defaultLimits.recordBytes],
    [limits.lineBytes, defaultLimits.lineBytes],
  ])('%d is %d', (configured, own) => {
    expect(configured).toBe(own);
  });
});
