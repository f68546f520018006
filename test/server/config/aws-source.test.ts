import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from './load-config.js';

const yamlOf = (...entries: readonly object[]): string =>
  JSON.stringify({ sources: entries.map((entry) => ({ kind: 'aws', ...entry })) });
const role = 'arn:aws:iam::111122223333:role/Why403Reader';
const other = 'arn:aws:iam::444455556666:role/Why403Reader';

describe('a source of kind aws', () => {
  it('needs a region only, and by default reads all but the values of API keys', () => {
    expect(configOf({ yaml: yamlOf({ regions: ['eu-west-1'] }) }).sources[0]).toEqual({
      kind: 'aws',
      regions: ['eu-west-1'],
      role: null,
      externalId: null,
      include: null,
      exclude: null,
      windowSeconds: 60,
      settleSeconds: 30,
      sweepMinutes: [15, 1440],
      firstReadHours: 3,
      quotaShare: 0.7,
      discoveryMinutes: 15,
      apiCallsPerSecond: 3,
      executionLogs: true,
      wafLogs: true,
      apiKeys: false,
      insights: false,
      thriftyReading: 'auto',
      metricTotals: false,
    });
  });

  it('takes the region of the environment', () => {
    const env = { AWS_REGION: 'eu-west-1' };
    expect(problemsOf({ yaml: yamlOf({}), env })).toEqual([]);
    expect(problemsOf({ yaml: yamlOf({}) })).toEqual([
      expect.stringContaining('Expected a list of regions, since AWS_REGION is not set. Example: ["eu-west-1"]'),
    ]);
  });

  it('reads several accounts, each in several regions', () => {
    const regions = ['eu-west-1', 'us-gov-west-1', 'ap-southeast-3'];
    const yaml = yamlOf({ regions }, { regions, role, externalId: 'a-long-text/1:2' }, { regions, role: other });
    expect(problemsOf({ yaml })).toEqual([]);
  });

  it.each<[string, readonly object[], string]>([
    [
      'an account and region in two entries',
      [
        { regions: ['eu-west-1', 'eu-west-2'], role },
        { regions: ['eu-west-2'], role: `${role}2` },
      ],
      'sources[1] (why403.yaml:1): Expected each account and region once, came eu-west-2 of one account again: put all',
    ],
    [
      'the own account twice, once by the environment',
      [{ regions: ['eu-west-1'] }, {}],
      'sources[1] (why403.yaml:1): Expected each account and region once',
    ],
    ['an ExternalId for nobody', [{ regions: ['eu-west-1'], externalId: 'text' }], 'Expected a role beside it'],
    ['no region', [{ regions: [] }], 'Expected a list of at least one AWS region'],
    ['an availability zone', [{ regions: ['eu-west-1a'] }], 'Expected a list of at least one AWS region'],
    ['the ARN of a user', [{ role: 'arn:aws:iam::111122223333:user/ops' }], 'Expected the ARN of an IAM role'],
    ['a window that divides no hour', [{ windowSeconds: 70 }], 'that divides an hour, came 70'],
    ['sweeps after facts are gone', [{ sweepMinutes: [2880] }], 'one to four whole numbers from 1 to 1 440'],
    ['the whole quota', [{ quotaShare: 1 }], 'Expected a number from 0.1 to 0.8, came 1'],
    ['a misspelt filter', [{ include: { api: ['orders'] } }], 'There is no such key. Did you mean apis?'],
    ['a format, which the stage tells', [{ format: '$context.status' }], 'There is no such key.'],
  ])('%s is refused', (_name, entries, expected) => {
    const problems = problemsOf({ yaml: yamlOf(...entries), env: { AWS_REGION: 'eu-west-1' } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });
});
