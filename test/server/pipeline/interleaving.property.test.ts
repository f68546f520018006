import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abandonedAfterMs } from '../../../server/src/pipeline/settle-step.js';
import { accessLine, executionLines, fateNames, format, shortFormat, wafLine } from '../../parsers/evidence/feed.js';
import { pipelineOn, startMs, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables, type StatementHook } from './memory-store.js';
import { createTurnstile } from './turnstile.js';

/** Few clients in few seconds: so that requests can be mistaken for each other. */
const request = fc.record({
  client: fc.nat(1),
  atMs: fc.nat(6_000),
  fate: fc.constantFrom(...fateNames),
  access: fc.constantFrom('none', 'with id', 'without id', 'without place'),
  execution: fc.boolean(),
  waf: fc.constantFrom('none', 'with id', 'without id'),
});

/** Tells neither api nor stage: they are learned from an execution log, if at all. */
const bareFormat = format.replace(',"apiId":"$context.apiId","stage":"$context.stage"', '');

/** Each log goes to a unit of its own kind; a log can be split over two units. */
const history = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 5 }),
  unitOfLog: fc.array(fc.nat(3), { minLength: 15, maxLength: 15 }),
  deliveries: fc.array(
    fc.record({
      unit: fc.nat(7),
      node: fc.nat(1),
      /** Of the unit's lines, those that are there already. */
      seen: fc.constantFrom(0.5, 1, 1),
      /** Begins only when all before have ended. */
      waits: fc.boolean(),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  bursts: fc.array(fc.record({ node: fc.nat(1), statements: fc.integer({ min: 1, max: 14 }) }), { maxLength: 24 }),
  faults: fc.array(
    fc.record({ at: fc.nat(120), kind: fc.constantFrom('before', 'after', 'dies') }, { requiredKeys: ['at', 'kind'] }),
    { maxLength: 4 },
  ),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function unitsOf({ requests, unitOfLog }: History): UnitText[] {
  const texts = new Map<string, { format: string | null; lines: string[] }>();
  let log = 0;
  const put = (kind: string, source: string | null, lines: readonly string[]) => {
    const id = `${kind} ${(unitOfLog[log++ % unitOfLog.length] ?? 0) % 2}`;
    const text = texts.get(id) ?? { format: source, lines: [] };
    texts.set(id, text);
    text.lines.push(...lines);
  };
  for (const [index, { client, atMs, fate, access, execution, waf }] of requests.entries()) {
    const sent = { n: 1 + client + 200 * index, fate, atMs, logs: { access: true, execution: true, waf: true } };
    if (access === 'with id') put('access', format, [accessLine(sent)]);
    if (access === 'without id') put('short', shortFormat, [accessLine(sent, shortFormat)]);
    if (access === 'without place') put('bare', bareFormat, [accessLine(sent, bareFormat)]);
    if (execution) {
      const lines = executionLines(sent);
      const half = (unitOfLog[log] ?? 0) > 1 ? Math.ceil(lines.length / 2) : lines.length;
      put('execution', null, lines.slice(0, half));
      if (half < lines.length) put('execution', null, lines.slice(half));
    }
    // WAF's clock is another one: the row of a record alone stands under another time.
    if (waf !== 'none') put('waf', null, [wafLine({ ...sent, atMs: atMs + 40 }, waf === 'with id')]);
  }
  return [...texts].map(([id, text]) => ({ id, ...text }));
}

describe('units on two nodes, in any order, interleaved, broken off and repeated', () => {
  test('rows and totals are the truth once each sender has been answered and the sweep has run', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (story) => {
        const units = unitsOf(story);
        if (units.length === 0) return;
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
          const pipeline = pipelineOn(createMemoryStore(tables, hook), { nowMs: () => nowMs });
          return { self, pipeline };
        };
        const nodes = [node(0), node(1)];
        const answered = new Set<string>();
        let running: Promise<void>[] = [];
        const deliver = async (unit: UnitText, seen: number, number: number): Promise<void> => {
          const lines = unit.lines.slice(0, Math.ceil(unit.lines.length * seen));
          const current = nodes[number] as (typeof nodes)[number];
          const whole = lines.length === unit.lines.length;
          await current.pipeline.accept(unitOf({ ...unit, lines })).then(
            () => {
              if (whole) answered.add(unit.id);
            },
            () => {
              if (dead.has(current.self) && nodes[number] === current) nodes[number] = node(number);
            },
          );
        };
        for (const { unit, node: number, seen, waits } of story.deliveries) {
          if (waits) {
            await turnstile.runUntil(Promise.all(running));
            running = [];
          }
          running.push(deliver(units[unit % units.length] as UnitText, seen, number));
        }
        await turnstile.runUntil(Promise.all(running));

        // Whoever was not answered sends again; who was, does not.
        const last = pipelineOn(createMemoryStore(tables), { nowMs: () => nowMs });
        for (const unit of units) if (!answered.has(unit.id)) await last.accept(unitOf(unit));
        nowMs += abandonedAfterMs + 1;
        await last.sweep(0);

        const truth = truthOf(units);
        expect(tables.countedRequests()).toEqual(truth.requests);
        const rows = tables.standing().filter((row) => !row.cancelled);
        expect(rows.map(wordsOf).sort()).toEqual(truth.rows);
        expect(await last.sweep(0)).toBe(0);
        for (const row of rows) {
          const newest = tables.samples.filter((sample) => sample.eventId === row.eventId).at(-1);
          expect(newest?.verdict.cause).toBe(row.cause);
        }
      }),
      { seed: 403, numRuns: 300 },
    );
  });
});
