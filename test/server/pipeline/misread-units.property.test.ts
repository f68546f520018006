import fc from 'fast-check';
import { expect, test } from 'vitest';
import { abandonedAfterMs } from '../../../server/src/pipeline/settle-step.js';
import { accessLine, executionLines, fateNames, format, shortFormat, wafLine } from '../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf, startMs, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables, type StatementHook } from './memory-store.js';
import { createTurnstile } from './turnstile.js';

const exchanged = (source: string, a: string, b: string): string =>
  source.replace(a, '\u0000').replace(b, a).replace('\u0000', b);

/** What takes lines of the right format for its own, and what cannot read them: recognition, or nothing. */
const wrongFormats = {
  'fewer keys': shortFormat,
  'ids exchanged': exchanged(format, '$context.requestId', '$context.extendedRequestId'),
  'answers exchanged': exchanged(format, '$context.status', '$context.wafResponseCode'),
  'times and addresses exchanged': exchanged(format, '$context.requestTimeEpoch', '$context.identity.sourceIp'),
  'another layout': '$context.requestId $context.status',
  none: null,
} as const;
type Wrong = keyof typeof wrongFormats;

const request = fc.record({
  client: fc.nat(1),
  atMs: fc.nat(6_000),
  fate: fc.constantFrom(...fateNames),
  unit: fc.nat(1),
  execution: fc.boolean(),
  waf: fc.constantFrom('none', 'with id', 'without id'),
});

const history = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 5 }),
  wrong: fc.constantFrom(...(Object.keys(wrongFormats) as Wrong[])),
  deliveries: fc.array(
    fc.record({
      unit: fc.nat(5),
      node: fc.nat(1),
      seen: fc.constantFrom(0.5, 1, 1),
      /** Whoever delivers has learned by then that the format was changed. */
      knows: fc.boolean(),
      waits: fc.boolean(),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  bursts: fc.array(fc.record({ node: fc.nat(1), statements: fc.integer({ min: 1, max: 14 }) }), { maxLength: 24 }),
  faults: fc.array(fc.record({ at: fc.nat(120), kind: fc.constantFrom('before', 'after', 'dies') }), { maxLength: 4 }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function unitsOf({ requests }: History): UnitText[] {
  const texts = new Map<string, { format: string | null; lines: string[] }>();
  const put = (id: string, source: string | null, lines: readonly string[]) => {
    const text = texts.get(id) ?? { format: source, lines: [] };
    texts.set(id, text);
    text.lines.push(...lines);
  };
  for (const [index, { client, atMs, fate, unit, execution, waf }] of requests.entries()) {
    const sent = { n: 1 + client + 200 * index, fate, atMs, logs: { access: true, execution: true, waf: true } };
    put(`access ${unit}`, format, [accessLine(sent)]);
    if (execution) put('execution', null, executionLines(sent));
    if (waf !== 'none') put('waf', null, [wafLine({ ...sent, atMs: atMs + 40 }, waf === 'with id')]);
  }
  return [...texts].map(([id, text]) => ({ id, ...text }));
}

test('units read by the wrong format on any node, before or after they are read by the right one, leave nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (story) => {
      const units = unitsOf(story);
      const wrong = settingsOf({ format: wrongFormats[story.wrong] });
      const countingUnit = (unit: UnitText, knows: boolean) => {
        const right = unitOf(unit);
        if (unit.format === null) return right;
        if (!knows) return { ...right, settings: wrong };
        return { ...right, settings: { ...right.settings, knownSinceMs: startMs, misreadings: [wrong] } };
      };
      const tables = new MemoryTables();
      const turnstile = createTurnstile(story.bursts);
      let nowMs = startMs;
      let statements = 0;
      const dead = new Set<object>();

      const node = (number: number) => {
        const self = {};
        const hook: StatementHook = async (_name, when) => {
          if (when === 'before') {
            await turnstile.pass(number);
            statements++;
          }
          const fault = story.faults.find(({ at }) => at === statements);
          if (fault?.kind === 'dies') dead.add(self);
          if (dead.has(self)) throw new Error('the process is dead');
          if (fault?.kind === when) throw new Error(`broken ${when} the statement`);
        };
        return { self, pipeline: pipelineOn(createMemoryStore(tables, hook), { nowMs: () => nowMs }) };
      };
      const nodes = [node(0), node(1)];
      const answered = new Set<string>();
      let running: Promise<void>[] = [];
      const deliver = async ({ seen, knows, node: number }: History['deliveries'][number], unit: UnitText) => {
        const lines = unit.lines.slice(0, Math.ceil(unit.lines.length * seen));
        const current = nodes[number] as (typeof nodes)[number];
        await current.pipeline.accept(countingUnit({ ...unit, lines }, knows)).then(
          () => {
            if (lines.length === unit.lines.length && knows) answered.add(unit.id);
          },
          () => {
            if (dead.has(current.self) && nodes[number] === current) nodes[number] = node(number);
          },
        );
      };
      for (const delivery of story.deliveries) {
        if (delivery.waits) {
          await turnstile.runUntil(Promise.all(running));
          running = [];
        }
        running.push(deliver(delivery, units[delivery.unit % units.length] as UnitText));
      }
      await turnstile.runUntil(Promise.all(running));

      // All of it is read by the right one at last, at least once.
      const last = pipelineOn(createMemoryStore(tables), { nowMs: () => nowMs });
      for (const unit of units) if (!answered.has(unit.id)) await last.accept(countingUnit(unit, true));
      nowMs += abandonedAfterMs + 1;
      await last.sweep(0);

      const truth = truthOf(units);
      expect(tables.countedRequests()).toEqual(truth.requests);
      const rows = tables.standing().filter((row) => !row.cancelled);
      expect(rows.map(wordsOf).sort()).toEqual(truth.rows);
      expect(await last.sweep(0)).toBe(0);
    }),
    { seed: 405, numRuns: 250 },
  );
});
