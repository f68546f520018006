import { describe, expect, it } from 'vitest';
import { explainText } from '../../parsers/src/engine/explain.js';
import { causeCatalogue } from '../../parsers/src/index.js';
import { explainJson } from '../../server/src/cli/explain-json.js';
import { renderExplanation } from '../../server/src/cli/explain-text.js';
import { envelopes } from './canary-envelopes.js';
import { canaryEvents, canaryInputs, shortInputs } from './canary-inputs.js';
import type { CanaryInput } from './canary-parts.js';
import { leaksIn, type Secrets, secretShapes } from './canary-secrets.js';

/** All that anybody gets to see of an explanation: the object itself, and what the command line makes of it. */
function shownOf(text: string, template: string | undefined): readonly string[] {
  const explanation = explainText(text, template === undefined ? {} : { accessLogFormat: template });
  const card = renderExplanation(explanation, {
    style: { colors: false, width: 100 },
    causes: causeCatalogue,
  });
  return [JSON.stringify(explanation), [...explainJson(explanation)].join(''), card];
}

/** `field = text around the leak` of every part of a secret that is shown. */
function leaksOf({ text, template }: Pick<CanaryInput, 'text' | 'template'>, secrets: Secrets): readonly string[] {
  const leaks = new Set<string>();
  for (const shown of shownOf(text, template)) {
    for (const leak of leaksIn(shown, secrets)) {
      const at = shown.toLowerCase().indexOf(leak.toLowerCase());
      leaks.add(shown.slice(Math.max(0, at - 80), at + 40));
    }
  }
  return [...leaks].slice(0, 3);
}

const namesOf = (secrets: Secrets): readonly string[] => canaryInputs(secrets).map(({ name }) => name);

describe('the inputs', () => {
  it('have a name each and hold secrets', () => {
    for (const secrets of secretShapes) {
      expect(new Set(namesOf(secrets)).size).toBe(namesOf(secrets).length);
      expect(canaryInputs(secrets).filter(({ text }) => leaksIn(text, secrets).length === 0)).toEqual([]);
    }
  });

  it('are understood for the most part: what is rejected proves little', () => {
    const [secrets] = secretShapes as [Secrets];
    const unread = canaryInputs(secrets).filter(({ text, template }) => {
      const { requests } = explainText(text, template === undefined ? {} : { accessLogFormat: template });
      return requests.length === 0;
    });
    // Two are no logs, two say nothing that anybody knows.
    expect(unread.map(({ name }) => name)).toEqual([
      'WAF record, unknown action',
      'Lambda proxy event',
      'bare body, unknown words',
      'bare message, unknown words',
    ]);
  });
});

describe.each(secretShapes)('secrets that look like $shape', (secrets) => {
  it.each(canaryInputs(secrets).map((input) => [input.name, input] as const))('%s', (_name, input) => {
    expect(leaksOf(input, secrets)).toEqual([]);
  });

  it.each(envelopes)('in $name', ({ wrap }) => {
    expect(leaksOf({ text: wrap(canaryEvents(secrets)) }, secrets)).toEqual([]);
  });
});

/** What happens to text on its way: cut off, copied from the middle, marks lost or put in. */
const damages: readonly (readonly [name: string, damage: (text: string, at: number) => string])[] = [
  ['cut off', (text, at) => text.slice(0, at)],
  ['without its beginning', (text, at) => text.slice(at)],
  ['with a quote put in', (text, at) => `${text.slice(0, at)}"${text.slice(at)}`],
  ['with two quotes put in', (text, at) => `${text.slice(0, at)}""${text.slice(at)}`],
  ['with an apostrophe put in', (text, at) => `${text.slice(0, at)}'${text.slice(at)}`],
  ['with a newline put in', (text, at) => `${text.slice(0, at)}\n${text.slice(at)}`],
  ['with an escaped newline put in', (text, at) => `${text.slice(0, at)}\\n${text.slice(at)}`],
  ['with a backslash put in', (text, at) => `${text.slice(0, at)}\\${text.slice(at)}`],
  ['with a NUL put in', (text, at) => `${text.slice(0, at)}\0${text.slice(at)}`],
  ['with a brace put in', (text, at) => `${text.slice(0, at)}}${text.slice(at)}`],
  ['with an opening brace put in', (text, at) => `${text.slice(0, at)}{${text.slice(at)}`],
  ['with a comma put in', (text, at) => `${text.slice(0, at)},${text.slice(at)}`],
  ['with a NUL and cut off', (text, at) => `${text.slice(0, at >> 1)}\0${text.slice(at >> 1, at)}`],
  ['with a quote put in and cut off', (text, at) => `${text.slice(0, at >> 1)}"${text.slice(at >> 1, at)}`],
];

/** Offsets all over a text, others for each `turn`. */
const offsets = (length: number, count: number, turn: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(((i + ((turn * 7) % 11) / 11) * length) / count));

function damagedLeaks(input: Pick<CanaryInput, 'text' | 'template'>, secrets: Secrets, count: number, turn: number) {
  return damages.flatMap(([damage, apply], i) =>
    offsets(input.text.length, count, turn + i).flatMap((at) =>
      leaksOf({ ...input, text: apply(input.text, at) }, secrets).map((leak) => `${damage} at ${at}: ${leak}`),
    ),
  );
}

describe.each(secretShapes.map((secrets, turn) => ({ ...secrets, turn })).filter(({ turn }) => turn % 2 === 0))(
  'damaged inputs with secrets that look like $shape',
  ({ turn, ...secrets }) => {
    it.each(canaryInputs(secrets).map((input) => [input.name, input] as const))('%s', (_name, input) => {
      expect(damagedLeaks(input, secrets, 3, turn)).toEqual([]);
    });

    it.each(envelopes)('in $name', ({ wrap }) => {
      expect(damagedLeaks({ text: wrap(canaryEvents(secrets)) }, secrets, 2, turn)).toEqual([]);
    });
  },
);

describe('short inputs with one fault, wherever it is', () => {
  const faults = [
    ...damages,
    ['with a character lost', (text: string, at: number) => text.slice(0, at) + text.slice(at + 1)],
  ] as const;
  const [letters, , , , , path] = secretShapes as readonly Secrets[];

  describe.each([letters as Secrets, path as Secrets])('secrets that look like $shape', (secrets) => {
    it.each(shortInputs(secrets).map((input) => [input.name, input] as const))('%s', (_name, { text, template }) => {
      const options = template === undefined ? {} : { accessLogFormat: template };
      const found: string[] = [];
      for (const [fault, apply] of faults) {
        for (let at = 0; at <= text.length; at++) {
          const shown = JSON.stringify(explainText(apply(text, at), options));
          if (leaksIn(shown, secrets).length > 0)
            found.push(`${fault} at ${at}, behind ${text.slice(Math.max(0, at - 30), at)}`);
        }
      }
      expect(found).toEqual([]);
    });
  });
});
