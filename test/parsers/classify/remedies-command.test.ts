import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandValueKind,
  command,
  commandValue,
  compose,
  jsonString,
  placeholder,
  shellWord,
  valueOrPlaceholder,
} from '../../../parsers/src/classify/remedies/command.js';

describe('shellWord', () => {
  it.each([
    ['a plain word', 'prod', `'prod'`],
    ['nothing', '', `''`],
    ['a single quote', `it's`, String.raw`'it'\''s'`],
    ['what a shell would expand', '$(id) `id` $HOME *', "'$(id) `id` $HOME *'"],
    ['a backslash', 'a\\b', `'a\\b'`],
    ['line ends, NUL and other control characters', 'a\nb\rc\0d\u001b[31me\u2028f\u009bg', `'abcd[31mefg'`],
  ])('quotes %s', (_name, value, expected) => {
    expect(shellWord(value)).toBe(expected);
  });

  it('reaches a program as it was, whatever it holds', () => {
    const words = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { seed: 403, numRuns: 500 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are dropped on purpose
    const kept = words.map((w) => w.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ''));
    const script = words.map((w) => `printf '%s\\n' ${shellWord(w)}`).join('\n');
    const run = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(`${kept.join('\n')}\n`);
  });
});

describe('commandValue', () => {
  const fits: readonly (readonly [CommandValueKind, string])[] = [
    ['apiId', 'q1w2e3r4t5'],
    ['stage', 'prod'],
    ['stage', '$default'],
    ['stage', 'Blue_Green-2'],
    ['region', 'eu-west-1'],
    ['region', 'us-gov-west-1'],
    ['region', 'us-isob-east-1'],
    ['account', '111122223333'],
    ['method', 'DELETE'],
    ['apiKeyId', 'k1k2k3k4k5'],
    ['apiKeyEnding', 'x7Qw2E'],
    ['requestId', '5b1f7c1e-3c55-4c11-9d3a-2f6a1f0c9e77'],
    ['extendedRequestId', 'Qx3TzGLFjoEFy-A='],
    ['extendedRequestId', '-x3TzGLFjoEFy-A='],
    ['traceId', '1-66f0a1b2-0123456789abcdef01234567'],
    ['principalArn', 'arn:aws:sts::111122223333:assumed-role/reader/some.one@example.com'],
    ['principalArn', 'arn:aws-us-gov:iam::111122223333:role/team/reader'],
    ['webAclArn', 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/6c9d1c1e-8f0a'],
    ['wafRule', 'AWS-AWSManagedRulesCommonRuleSet'],
    ['vpceId', 'vpce-0a1b2c3d4e5f60718'],
    ['functionName', 'orders_authorizer-v2'],
    ['timeMs', '1767225600500'],
  ];
  it.each(fits)('takes a %s like %s', (kind, value) => {
    expect(commandValue(kind, value)).toBe(value);
  });

  const unfit: readonly (readonly [CommandValueKind, string, string])[] = [
    ['apiId', 'upper case', 'Q1W2E3R4T5'],
    ['apiId', 'too long', 'a'.repeat(21)],
    ['apiId', 'a command behind it', 'q1w2e3r4t5;id'],
    ['apiId', 'a line end behind it', 'q1w2e3r4t5\n'],
    ['stage', 'a quote', "prod'"],
    ['stage', 'a command substitution', '$(id)'],
    ['stage', 'an option', '--debug'],
    ['stage', 'a slash', 'prod/../x'],
    ['stage', 'nothing', ''],
    ['stage', 'another alphabet', 'рrod'],
    ['stage', 'too long', 'a'.repeat(129)],
    ['region', 'a host', 'eu-west-1.evil.example'],
    ['account', 'a masked account', '********3333'],
    ['method', 'an invented verb', 'PWN'],
    ['method', 'lower case', 'get'],
    ['requestId', 'what AWS writes for an invented id', 'UUID_REPLACED_INVALID_REQUEST_ID'],
    ['extendedRequestId', 'a filter pattern', 'x" || "'],
    ['principalArn', 'a blank', 'arn:aws:iam::111122223333:role/a b'],
    ['principalArn', 'another service', 'arn:aws:s3:::bucket'],
    ['principalArn', 'not an ARN', 'anonymous'],
    ['webAclArn', 'a wildcard', 'arn:aws:wafv2:*:111122223333:regional/webacl/x/y'],
    ['webAclArn', 'the old account:name form', '111122223333:front'],
    ['wafRule', 'blanks', 'my rule'],
    ['wafRule', 'an option', '--endpoint-url'],
    ['functionName', 'a path', '../x'],
    ['timeMs', 'a negative time', '-1'],
    ['timeMs', 'a fraction', '1.5'],
    ['timeMs', 'an exponent', '1e21'],
    ['path', 'even a harmless path', '/pets'],
    ['host', 'even a harmless host', 'api.example.com'],
    ['secret', 'even a key', 'abcdefghijklmnopqrstuvwxyz'],
  ];
  it.each(unfit)('refuses as %s %s', (kind, _name, value) => {
    expect(commandValue(kind, value)).toBeNull();
    expect(valueOrPlaceholder(kind, value)).toBe(placeholder(kind));
  });

  it.each([null, undefined])('has no value for %s', (value) => {
    expect(commandValue('stage', value)).toBeNull();
  });
});

describe('command', () => {
  const stage = valueOrPlaceholder('stage', 'prod');
  const apiId = valueOrPlaceholder('apiId', 'q1w2e3r4t5');

  it('quotes every value', () => {
    expect(command`aws apigateway get-stage --rest-api-id ${apiId} --stage-name ${stage}`).toBe(
      "aws apigateway get-stage --rest-api-id 'q1w2e3r4t5' --stage-name 'prod'",
    );
  });

  it('shows what has to be filled in as a quoted word', () => {
    expect(command`aws apigateway get-stages --rest-api-id ${valueOrPlaceholder('apiId', '$(id)')}`).toBe(
      "aws apigateway get-stages --rest-api-id '<api-id>'",
    );
  });

  it('quotes a composed value as one word', () => {
    expect(command`aws logs tail ${compose`API-Gateway-Execution-Logs_${apiId}/${stage}`}`).toBe(
      "aws logs tail 'API-Gateway-Execution-Logs_q1w2e3r4t5/prod'",
    );
  });

  it('nests JSON in JSON', () => {
    const settings = compose`{"Format":${jsonString(compose`{"id":"$context.requestId"}`)}}`;
    expect(JSON.parse(JSON.parse(settings).Format)).toEqual({ id: '$context.requestId' });
  });

  it('does not take a plain string: the compiler refuses it', () => {
    // @ts-expect-error a log value has to pass commandValue first
    expect(command`aws ${'$(id)'}`).toBe("aws '$(id)'");
  });
});
