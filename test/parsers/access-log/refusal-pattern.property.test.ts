import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileAccessLogFormat, refusalPattern } from '../../../parsers/src/access-log/index.js';
import { refusingValues } from '../../../parsers/src/access-log/refusal.js';
import type { ContextVariable } from '../../../parsers/src/model/index.js';
import { compileFilterPattern } from '../../fake-aws/filter-pattern/compile-filter-pattern.js';
import { type Filled, filledVariables } from './arbitraries.js';

const refusing = [...refusingValues].map(([variable, values]) =>
  fc
    .constantFrom(...values, '-', '200')
    .map((value): Filled => ({ variable, reference: `$context.${variable}`, value })),
);

/** Any variables, and among them some that tell of refusals. */
const filled = fc
  .tuple(
    filledVariables(8),
    fc.tuple(...refusing),
    fc.subarray([...refusing.keys()], { minLength: 1 }),
    fc.infiniteStream(fc.nat()),
  )
  .map(([others, tellers, chosen, order]) => {
    const all = [
      ...others.filter(({ variable }) => !refusingValues.has(variable)),
      ...chosen.map((i) => tellers[i] as Filled),
    ];
    return all
      .map((one) => ({ one, at: order.next().value }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
  });

type Render = (of: (one: Filled) => string) => string;
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

const separators = ['', ' ', ',', '" "', '" ', '|', '] [', '</a><b>', '\t', '; ', ' status=', '\\', 'é'];
const textLine = fc
  .tuple(filled, fc.array(fc.constantFrom(...separators), { minLength: 16, maxLength: 16 }))
  .map(([all, between]): { all: readonly Filled[]; render: Render } => ({
    all,
    render: (of) => `${between[15]}${all.map((one, i) => of(one) + (between[i] ?? '')).join('')}`,
  }));
/** Numbers bare or quoted, some members nested, values escaped (2024) or not (2022). */
const jsonLine = fc
  .tuple(filled, fc.boolean(), fc.boolean(), fc.nat(3))
  .map(([all, isBare, isEscaped, nestAt]): { all: readonly Filled[]; render: Render } => ({
    all,
    render: (of) => {
      const members = all.map((one, i) => {
        const text = isEscaped ? escaped(of(one)) : of(one);
        const member = `"k${i}": ${isBare && one.variable.endsWith('tatus') ? text : `"${text}"`}`;
        return i % 4 === nestAt ? `"n.${i}":{${member}}` : member;
      });
      return `{${members.join(',')}}`;
    },
  }));

it('every line that the engine takes for a refusal matches the pattern of its format, but what it says it misses', () => {
  let refusals = 0;
  fc.assert(
    fc.property(fc.oneof(textLine, jsonLine), ({ render }) => {
      const compiled = compileAccessLogFormat(render(({ reference }) => reference.replace(/^\$(.*)$/, '$${$1}')));
      if (!compiled.ok) return;
      const made = refusalPattern(compiled.value);
      if (made === null) return;
      const test = compileFilterPattern(made.pattern);
      const line = render(({ value }) => value);
      const values = compiled.value.parse(line);
      const tells = (variable: ContextVariable): boolean =>
        refusingValues.get(variable)?.has(values?.get(variable) ?? '') === true &&
        !made.misses.some((sentence) => sentence.includes(`$context.${variable} `));
      if (![...refusingValues.keys()].some(tells)) return;
      refusals++;
      expect([line, made.pattern, test(line)]).toEqual([line, made.pattern, true]);
    }),
    { seed: 403, numRuns: 4000 },
  );
  expect(refusals).toBeGreaterThan(1000);
});
