import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidingWords } from '../../../server/src/cli/deciding-words.js';

const marked = (value: string): string | null => {
  const words = decidingWords(value);
  return words === null ? null : value.slice(...words);
};

describe('decidingWords', () => {
  it.each([
    ['a short value as a whole', 'INVALID_API_KEY', 'INVALID_API_KEY'],
    [
      'the tail of a key refusal, not its head',
      "API Key ***abc not authorized because method 'GET /' requires API Key and API Key is not associated with a Usage Plan for API Stage a1b2c3d4e5/prod: No Usage Plan found for key and API Stage",
      'No Usage Plan found for key and API Stage',
    ],
    [
      'which policy denied',
      'User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:********3333:a1b2c3d4e5/prod/GET/ with an explicit deny in a resource-based policy',
      'with an explicit deny in a resource-based policy',
    ],
    [
      'that no policy allows',
      'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
      'because no identity-based policy allows the execute-api:Invoke action',
    ],
    [
      'the gateway response type',
      'Gateway response type: ACCESS_DENIED with status code: 403',
      'Gateway response type: ACCESS_DENIED',
    ],
    ['the status of the backend', 'Received response. Status: 403, Integration latency: 12 ms', 'Status: 403'],
    [
      'the Deny in a returned policy',
      'Authorizer result body before parsing: {"policyDocument":{"Statement":[{"Effect": "Deny"}]}}',
      '"Effect": "Deny"',
    ],
    [
      'the Deny of a returned policy, shortened',
      'Authorizer result body before parsing: Deny arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/*',
      'Deny',
    ],
    ['nothing in a long text without known words', 'x'.repeat(100), null],
    ['nothing in an empty value', '', null],
  ])('%s', (_name, value, words) => {
    expect(marked(value)).toBe(words);
  });

  it('marks a part of the value, whatever the value is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [start, end] = decidingWords(value) ?? [0, 0];
        expect(0 <= start && start <= end && end <= value.length).toBe(true);
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});
