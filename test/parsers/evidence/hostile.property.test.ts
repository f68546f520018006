import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainText } from '../../../parsers/src/engine/explain.js';
import { judge } from '../../../parsers/src/evidence/judge.js';
import { families } from '../../must-hold/adversarial-families.js';
import { envelopes } from '../../must-hold/canary-envelopes.js';
import { canaryEvents, canaryInputs } from '../../must-hold/canary-inputs.js';
import { leaksIn, secretShapes } from '../../must-hold/canary-secrets.js';
import { readScenarioSeeds } from '../../must-hold/scenario-seeds.js';
import { baseMs, compiled, filteredEvents, readText } from './feed.js';

describe('nothing secret is in what a unit says', () => {
  describe.each(secretShapes)('secrets that look like $shape', (secrets) => {
    const leaksOf = (text: string, template: string | undefined): readonly string[] => {
      const unit = readText(text, { template: template === undefined ? null : compiled(template) });
      return leaksIn(JSON.stringify([unit, judge(unit.facts, () => null)]), secrets);
    };

    it('in any kind of line, whole or cut off', () => {
      const leaks = canaryInputs(secrets).flatMap(({ name, text, template }) =>
        [text, text.slice(0, text.length * 0.7), text.slice(text.length * 0.2)].flatMap((part) =>
          leaksOf(part, template).map((leak) => `${name}: ${leak}`),
        ),
      );
      expect(leaks).toEqual([]);
    });

    it('in any envelope', () => {
      const leaks = envelopes.flatMap(({ name, wrap }) =>
        leaksOf(wrap(canaryEvents(secrets)), undefined).map((leak) => `${name}: ${leak}`),
      );
      expect(leaks).toEqual([]);
    });
  });
});

describe('the scenarios as a feed', () => {
  const times = /\d{4}-\d\d-\d\dT|\d{13}|\/20\d\d:/;
  const seeds = readScenarioSeeds().filter(({ text }) =>
    text
      .trimEnd()
      .split('\n')
      .every((line) => line.trim() !== ''),
  );

  it('give the causes and event ids that explain gives', () => {
    const differing: unknown[] = [];
    let compared = 0;
    for (const { name, text, template } of seeds) {
      const lines = text.trimEnd().split('\n');
      if (times.test(lines[0] as string) && lines.some((line) => !line.startsWith('{'))) continue;
      const events = lines.map((message, i) => ({ id: `5000${i}`, timestamp: baseMs + i, message }));
      const feed = filteredEvents(events);
      const explained = explainText(feed, template === null ? {} : { accessLogFormat: template }).requests;
      if (explained.some(({ record }) => record.response !== null)) continue;
      const { facts } = readText(feed, { template: template === null ? null : compiled(template) });
      const refused = (all: typeof explained) =>
        all
          .filter(({ verdict }) => verdict.outcome === 'refused')
          .map(({ record, verdict }) => `${record.eventId} ${verdict.cause} ${verdict.detail}`)
          .sort();
      const judged = judge(facts, () => null).map((one) => ({ ...one, input: null }));
      if (JSON.stringify(refused(judged)) !== JSON.stringify(refused(explained))) {
        differing.push([name, refused(judged), refused(explained)]);
      }
      compared += refused(explained).length;
    }
    expect(differing).toEqual([]);
    expect(compared).toBeGreaterThan(50);
  });
});

describe('hostile bytes', () => {
  // What takes more than linear time here does not end before the runner's limit.
  it.each(families.map((family) => [family.name, family] as const))('%s', (_name, { make, size }) => {
    const { facts, lines } = readText(make(Math.min(size, 192 * 1024)));
    expect(lines).toBeGreaterThanOrEqual(0);
    judge(facts, () => null);
  });

  it('of any kind are read without an exception', () => {
    const limits = { lineBytes: 300, recordBytes: 500, payloadBytes: 2000, totalBytes: 4000, openBytes: 8000 };
    const noise = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...seedTexts));
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 6 }), fc.constantFrom('', '\n', '}{'), (parts, between) => {
        const unit = readText(parts.join(between), { template: null, limits });
        expect(unit.unread.length).toBeLessThanOrEqual(Object.values(unit.rejected).reduce((sum, n) => sum + n, 0));
        judge(unit.facts, () => null);
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});

const seedTexts = readScenarioSeeds().map(({ text }) => text.slice(0, 1500));
