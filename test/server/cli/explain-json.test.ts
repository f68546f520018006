import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../../parsers/src/index.js';
import { explainJson } from '../../../server/src/cli/explain-json.js';
import { explainSchemaErrors } from './explain-schema.js';
import {
  bareRecord,
  explanation,
  openVerdict,
  planVerdict,
  record,
  routeVerdict,
  throttledVerdict,
} from './explained.js';

const write = (explained: Explanation): string => [...explainJson(explained)].join('');

describe('explain --json', () => {
  it('writes exactly the documented fields', () => {
    expect(JSON.parse(write(explanation([{ record, verdict: planVerdict }])))).toEqual({
      requests: [
        {
          requestId: '5d1f0c3e-7a42-4b1e-9f60-2c8a7e41c001',
          extendedRequestId: 'XqB2rHx5joEFtBQ=',
          time: '2024-05-01T10:00:04.355Z',
          status: 403,
          outcome: 'refused',
          cause: 'usage_plan_mismatch',
          group: 'usage_plan',
          detail: 'stage_not_in_plan',
          culprit: { kind: 'api_key', id: null, name: '**********************************x7Qw2E' },
          confidence: 'certain',
          alternatives: [],
          reason: planVerdict.reason,
          evidence: planVerdict.evidence,
          remedy: planVerdict.remedy,
          decidedBy: 'usage-plan-stage-not-in-plan',
        },
      ],
      rejected: [],
    });
  });

  it('writes what is absent as null, never leaves it out', () => {
    const { requests } = JSON.parse(write(explanation([{ record: bareRecord, verdict: openVerdict }])));
    expect(requests[0]).toMatchObject({
      requestId: null,
      extendedRequestId: null,
      time: null,
      status: null,
      cause: null,
      group: null,
      detail: null,
      culprit: null,
    });
  });

  it('lets nothing through that the engine adds to its types', () => {
    const verdict = {
      ...planVerdict,
      internal: 1,
      culprit: { kind: 'policy' as const, id: null, name: null, extra: 2 },
    };
    const reject = { line: 3, reason: 'malformed' as const, detail: 'Expected JSON.', text: 'raw' };
    const text = write(explanation([{ record, verdict }], { rejected: [reject] }));
    expect(explainSchemaErrors(text)).toEqual([]);
    expect(text).not.toMatch(/internal|extra|raw/);
  });

  it.each([
    ['nothing', explanation([])],
    ['only a reject', explanation([], { rejected: [{ line: 1, reason: 'unrecognised', detail: 'Expected a log.' }] })],
    [
      'every outcome',
      explanation([
        { record, verdict: planVerdict },
        { record: bareRecord, verdict: routeVerdict },
        { record, verdict: throttledVerdict },
        { record: bareRecord, verdict: openVerdict },
      ]),
    ],
    ['a time that no calendar has', explanation([{ record: { ...record, timeMs: 1e300 }, verdict: planVerdict }])],
    ['a year of six digits', explanation([{ record: { ...record, timeMs: 8.64e15 }, verdict: planVerdict }])],
  ])('fits the schema with %s', (_name, explained) => {
    expect(explainSchemaErrors(write(explained))).toEqual([]);
  });

  it.each([
    ['a field that is not documented', { surprise: 1 }],
    ['a cause that does not exist', { cause: 'gremlins' }],
    ['a cause without a refusal', { outcome: 'not_refused' }],
    ['a refusal without a cause', { cause: null }],
    ['an absent field', { time: undefined }],
    ['a time without milliseconds', { time: '2024-05-01T10:00:04Z' }],
    ['a detail that no cause has', { detail: 'because' }],
    ['an alternative that is certain', { alternatives: [{ cause: 'unknown', confidence: 'certain', settledBy: 'x' }] }],
  ])('does not fit the schema with %s', (_name, wrong) => {
    const [request] = JSON.parse(write(explanation([{ record, verdict: planVerdict }]))).requests;
    const text = JSON.stringify({ requests: [{ ...request, ...wrong }], rejected: [] });
    expect(explainSchemaErrors(text)).not.toEqual([]);
  });
});
