import { describe, expect, it } from 'vitest';
import {
  createExplainer,
  type ExplainOptions,
  type Explanation,
  explainText,
} from '../../parsers/src/engine/explain.js';
import { mutateLine } from './mutations.js';
import { createRandom, type Random } from './random.js';
import { readScenarioSeeds, type SeedInput } from './scenario-seeds.js';
import { shrink } from './shrink.js';
import { brokenInvariants } from './verdict-invariants.js';

/** WHY403_MUTATIONS=1000000 and WHY403_SEED=7 in the environment make it longer, or another run. */
const wanted = Number(process.env['WHY403_MUTATIONS'] ?? 100_000);
const seed = Number(process.env['WHY403_SEED'] ?? 403);

const inputs = readScenarioSeeds();
const lines = inputs.flatMap(({ text, template }) =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ line, template })),
);

/** Some lines together: they may be parts of one request, or a paste. */
interface Batch {
  readonly text: string;
  readonly template: string | null;
  readonly count: number;
}

function nextBatch(random: Random): Batch {
  switch (random.below(4)) {
    case 0: {
      const { line, template } = random.pick(lines);
      return { text: mutateLine(line, random.pick(lines).line, random), template, count: 1 };
    }
    case 1:
      return mutatedInput(random.pick(inputs), random);
    default: {
      const { template } = random.pick(lines);
      const some = Array.from({ length: 2 + random.below(40) }, () =>
        mutateLine(random.pick(lines).line, random.pick(lines).line, random),
      );
      return { text: some.join('\n'), template, count: some.length };
    }
  }
}

/** A whole scenario, each of its lines mutated or left as it is. */
function mutatedInput({ text, template }: SeedInput, random: Random): Batch {
  const all = text.split('\n').filter((line) => line !== '');
  const some = all.map((line) => (random.below(2) === 0 ? line : mutateLine(line, random.pick(all), random)));
  return { text: some.join('\n'), template, count: some.length };
}

/** What is wrong with the explanation of a text; a throw counts. */
function faultsOf(text: string, options: ExplainOptions, chunk: number): readonly string[] {
  try {
    return brokenInvariants(chunk === 0 ? explainText(text, options) : explainBytes(text, options, chunk));
  } catch (error) {
    return [`thrown: ${error instanceof Error ? error.stack : error}`];
  }
}

/** As bytes in pieces, which end inside characters too. */
function explainBytes(text: string, options: ExplainOptions, chunk: number): Explanation {
  const created = createExplainer(options);
  if (!created.ok) throw new Error(`a scenario's format was refused: ${created.detail}`);
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += chunk) created.value.push(bytes.subarray(from, from + chunk));
  return created.value.end();
}

describe(`${wanted} mutated lines of the scenarios, seed ${seed}`, () => {
  it('has lines to begin with', () => {
    expect(lines.length).toBeGreaterThan(300);
  });

  it('gives only verdicts and rejects that keep their promises', () => {
    const random = createRandom(seed);
    /** The first input of each kind of fault, made small. */
    const faults = new Map<string, { readonly text: string; readonly options: ExplainOptions }>();
    for (let done = 0; done < wanted && faults.size < 12; ) {
      const { text, template, count } = nextBatch(random);
      done += count;
      const options: ExplainOptions = {
        ...(template !== null && random.below(2) === 0 ? { accessLogFormat: template } : {}),
        ...(random.below(4) === 0 ? { apiId: 'a1b2c3d4e5', stage: 'prod' } : {}),
      };
      const chunk = random.below(4) === 0 ? 1 + random.below(700) : 0;
      for (const fault of faultsOf(text, options, chunk)) {
        if (faults.has(fault)) continue;
        faults.set(fault, { text: shrink(text, (part) => faultsOf(part, options, chunk).includes(fault)), options });
      }
    }
    expect([...faults], `WHY403_SEED=${seed}`).toEqual([]);
  });
});
