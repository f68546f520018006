import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessLogTemplate, compileAccessLogFormat } from '../../../parsers/src/access-log/index.js';
import { shapeOf } from '../../../parsers/src/access-log/variable-shapes.js';
import { contextVariables } from '../../../parsers/src/model/index.js';
import { type Filled, filledVariables, hostileText } from './arbitraries.js';

function compiled(format: string): AccessLogTemplate {
  const result = compileAccessLogFormat(format);
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

const pairs = (filled: readonly Filled[]): [string, string][] => filled.map(({ variable, value }) => [variable, value]);

/**
 * Whatever a line holds, no closed variable may have a value that API Gateway did not write for it. (A backslash in a
 * path of 2022 may be taken for an escape of 2024.)
 */
function expectNothingInvented(template: AccessLogTemplate, line: string, filled: readonly Filled[]): void {
  const values = template.parse(line);
  expect(values, `${line} of ${template.pieces.length} pieces`).not.toBeNull();
  for (const { variable, value } of filled) {
    const got = values?.get(variable);
    if (got === undefined || shapeOf(variable).freedom === 'text' || value.includes('\\')) continue;
    expect([variable, got]).toEqual([variable, value]);
  }
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const gap = fc.constantFrom('', ' ', '  ');

/** A JSON template and its line: flat or nested, any blanks, values quoted or (numbers) bare. */
const jsonCase = fc
  .tuple(filledVariables(14), fc.array(gap, { minLength: 4, maxLength: 4 }), fc.boolean(), fc.boolean(), fc.nat(3))
  .map(([filled, [g0, g1, g2, g3], bare, array, nestAt]) => {
    const render = (of: (one: Filled, quoted: boolean) => string): string => {
      const members = filled.map((one, i) => {
        const isNumber = /^\d+$/.test(one.value) || one.value === '-';
        const quoted = !(bare && isNumber && shapeOf(one.variable).freedom === 'closed');
        const text = quoted ? `"${of(one, true)}"` : of(one, false);
        const member = `"k${i}"${g0}:${g1}${text}`;
        if (i % 4 !== nestAt) return member;
        return array ? `"n${i}":[1,${text},"constant"]` : `"n${i}":{${g2}${member}${g3}}`;
      });
      return `{${g3}${members.join(`,${g2}`)}${g0}}`;
    };
    return { filled, format: render((one) => one.reference), render };
  });

describe('a JSON template', () => {
  it('reads back every value that was escaped as JSON wants it', () => {
    fc.assert(
      fc.property(jsonCase, ({ filled, format, render }) => {
        const line = render((one, quoted) => (quoted ? escaped(one.value) : one.value));
        expect([...(compiled(format).parse(line) ?? [])]).toEqual(pairs(filled));
      }),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('reads values by their keys when blanks and newlines differ from the template', () => {
    fc.assert(
      fc.property(filledVariables(10), (filled) => {
        const format = `{${filled.map(({ reference }, i) => `"k${i}":"${reference}"`).join(',')}}`;
        const object = Object.fromEntries(filled.map(({ value }, i) => [`k${i}`, value]).reverse());
        const values = compiled(format).parse(JSON.stringify(object, null, 2));
        expect([...(values ?? [])]).toEqual(pairs(filled));
      }),
      { seed: 403, numRuns: 500 },
    );
  });

  it('invents no closed value when quotes inside values were not escaped (2022)', () => {
    fc.assert(
      fc.property(jsonCase, ({ filled, format, render }) => {
        expectNothingInvented(
          compiled(format),
          render((one) => one.value),
          filled,
        );
      }),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('invents no closed value when messageString brings its own quotes into a quoted place', () => {
    fc.assert(
      fc.property(jsonCase, hostileText, ({ filled, render }, text) => {
        const format = render((one) => one.reference).replace(/^\{/, '{"m":"$context.error.messageString",');
        const line = render((one) => escaped(one.value)).replace(/^\{/, () => `{"m":""${text}"",`);
        const others = filled.filter(({ variable }) => variable !== 'error.messageString');
        expectNothingInvented(compiled(format), line, others);
      }),
      { seed: 403, numRuns: 500 },
    );
  });
});

const describing: ReadonlySet<string> = new Set([
  'identity.userAgent',
  'identity.clientCert.issuerDN',
  'identity.clientCert.subjectDN',
  'authorizer.principalId',
]);

const separators = ['', ' ', ',', '" "', '" ', ' "', '|', ' - ', '] [', '</a><b>', '\t', '; ', ' status='];

describe('a text template', () => {
  it('invents no closed value whatever stands in the values', () => {
    fc.assert(
      fc.property(
        filledVariables(9),
        fc.array(fc.constantFrom(...separators), { minLength: 10, maxLength: 10 }),
        (filled, between) => {
          const render = (of: (one: Filled) => string): string =>
            `<${filled.map((one, i) => of(one) + between[i]).join('')}>`;
          const template = compiled(render((one) => one.reference.replace(/^\$(.*)$/, '$${$1}')));
          expectNothingInvented(
            template,
            render((one) => one.value),
            filled,
          );
        },
      ),
      { seed: 403, numRuns: 3000 },
    );
  });

  it('reads back every value when the separator stands in none of them', () => {
    fc.assert(
      fc.property(filledVariables(12), fc.constantFrom('\u00a6', '\u0001', '|^|', '"~"'), (filled, separator) => {
        fc.pre(filled.every(({ value }) => !value.includes('^') && !value.includes('~') && !value.includes('\u0001')));
        const render = (of: (one: Filled) => string): string =>
          `a${separator}${filled.map(of).join(separator)}${separator}z`;
        const values = compiled(render((one) => one.reference)).parse(render((one) => one.value));
        // Describing text is left out where open text beside it may hold a secret; all else comes back.
        const shy = filled.some(({ variable }) => variable === null || contextVariables[variable] !== 'keep');
        const compared = (all: readonly (readonly [string, string])[]) =>
          shy ? all.filter(([variable]) => !describing.has(variable)) : all;
        expect(compared([...(values ?? [])])).toEqual(compared(pairs(filled)));
      }),
      { seed: 403, numRuns: 2000 },
    );
  });

  it('never throws and stays linear for mutated lines', () => {
    const template = compiled(
      '$context.identity.sourceIp "$context.identity.userAgent" [$context.requestTime] $context.path $context.error.message,$context.status$context.requestId',
    );
    const line =
      '203.0.113.9 "curl/8" [27/Oct/2023:13:40:57 +0000] /prod/x Forbidden,40348752d0f-c99d-4cfa-a5a7-f3c6834d19e5';
    fc.assert(
      fc.property(fc.nat(line.length), hostileText, fc.nat(20), (at, insert, cut) => {
        const mutated = line.slice(0, at) + insert + line.slice(at + cut);
        const status = template.parse(mutated)?.get('status');
        expect(status === undefined || /^(?:\d{3}|-)$/.test(status)).toBe(true);
      }),
      { seed: 403, numRuns: 3000 },
    );
  });
});
