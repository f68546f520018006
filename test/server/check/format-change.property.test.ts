import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ChangedStage, type ChangeTool, formatChanges } from '../../../server/src/check/format-change.js';
import { unsafeCharacters } from '../../../server/src/text/unsafe-characters.js';
import { shellWords } from '../api/shell-words.js';

/** What people and attackers would put in, between texts of any kind. */
const nasty = fc.constantFrom(
  "'",
  '"',
  '\\',
  '$',
  '${',
  '%{',
  '$${',
  '$(id)',
  '`id`',
  '#',
  ': ',
  '- ',
  '{{',
  '\n',
  '\t',
  '\u0000',
  '\u2028',
  '\u202e',
  '\u{e0041}',
  'é',
  '😀',
  '$context.requestId',
  '"a":"$context.status"',
  "'; rm -rf ~ #",
  "''",
  '!Sub ',
  '*',
  '&a',
);
const text = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 8 })), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((joined) => !/\p{Cs}/u.test(joined));

const kind = fc.constantFrom('rest', 'http', 'websocket');
const destination = fc.constantFrom(null, 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/apigateway/shop');

const stageOf = (apiKind: ChangedStage['apiKind'], destinationArn: string | null, format: string): ChangedStage => ({
  ...{ apiKind, destinationArn, format, apiId: 'a1b2c3d4e5', stage: '$default' },
  ...{ account: '111122223333', region: 'eu-west-1' },
});

/** Reads a literal of HCL as Terraform does: escapes, and templates when they are not doubled. */
function readHcl(literal: string): string {
  // `$${` stands for `${`, and a `${` by itself would be evaluated.
  return literal
    .slice(1, -1)
    .replace(/\\(?:u(\w{4})|U(\w{8})|(["\\]))|([$%])\4\{|([$%]\{)|(["\\])/g, (_, ...found: (string | undefined)[]) => {
      const [short, long, plain, doubled, template, bare] = found;
      if (template !== undefined || bare !== undefined) throw new Error(`${template ?? bare} is code`);
      if (plain !== undefined) return plain;
      return doubled === undefined ? String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16)) : `${doubled}{`;
    });
}

interface Read {
  readonly format: unknown;
  readonly destination: unknown;
}

const readers: Readonly<Record<ChangeTool, (code: string, stage: ChangedStage) => Read>> = {
  aws(code, { apiKind }) {
    const words = shellWords(code.slice(code.lastIndexOf('\naws ') + 1));
    expect(words.slice(0, 3)).toEqual(['aws', apiKind === 'rest' ? 'apigateway' : 'apigatewayv2', 'update-stage']);
    expect(words).toContain('$default');
    expect(words).toHaveLength(11);
    const sent = JSON.parse(words.at(-1) ?? '');
    if (apiKind !== 'rest') return { format: sent.Format, destination: sent.DestinationArn };
    const sentTo = (path: string) => sent.find((each: { path: string }) => each.path === path)?.value;
    return {
      format: sentTo('/accessLogSettings/format'),
      destination: sentTo('/accessLogSettings/destinationArn'),
    };
  },
  terraform(code) {
    const [, arn = '', format = ''] = /destination_arn = (".*")\n {2}format {10}= (".*")\n\}$/s.exec(code) ?? [];
    expect(code.split('\n')).toHaveLength(5);
    return { format: readHcl(format), destination: readHcl(arn) };
  },
  cdk(code) {
    const [, literal = ''] = /= (\{\n.*\n\});$/s.exec(code) ?? [];
    const read = runInNewContext(`(${literal})`) as { format: unknown; destinationArn: unknown };
    return { format: read.format, destination: read.destinationArn };
  },
  sam: readYaml,
  cloudformation: readYaml,
};

function readYaml(code: string): Read {
  const [[, settings] = []] = Object.entries(parse(code) as Record<string, Record<string, unknown>>);
  return { format: settings?.['Format'], destination: settings?.['DestinationArn'] };
}

describe('the change of a format, as each tool reads it', () => {
  it.each(Object.keys(readers) as ChangeTool[])('%s: the format, and nothing else', (tool) => {
    fc.assert(
      fc.property(kind, destination, text, (apiKind, destinationArn, format) => {
        const stage = stageOf(apiKind as ChangedStage['apiKind'], destinationArn, format);
        const code = formatChanges(stage).find((change) => change.tool === tool)?.code ?? '';
        const read = readers[tool](code, stage);
        expect(read.format).toBe(format);
        // A REST stage keeps its destination; all others are written whole.
        const isKept = tool === 'aws' && apiKind === 'rest' && destinationArn !== null;
        expect(read.destination).toBe(
          isKept
            ? undefined
            : (destinationArn ?? 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/apigateway/a1b2c3d4e5/_default'),
        );
        expect(code.replaceAll('\n', '').search(unsafeCharacters)).toBe(-1);
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});

it('where nothing is logged yet, the group is made first', () => {
  const [{ code } = { code: '' }] = formatChanges(stageOf('http', null, '$context.requestId'));
  expect(code.split('\n')[0]).toBe(
    'aws logs create-log-group --region eu-west-1 --log-group-name /aws/apigateway/a1b2c3d4e5/_default',
  );
});

it('in China the ARN is of that partition', () => {
  const stage = { ...stageOf('rest', null, '$context.requestId'), region: 'cn-north-1' };
  expect(formatChanges(stage).every(({ code }) => code.includes('arn:aws-cn:logs:cn-north-1:'))).toBe(true);
});
