import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConfigFacts, ConfigOf } from '../../../parsers/src/index.js';
import { configAt, configFactsAt } from '../../../server/src/pipeline/config-at.js';
import { abandonedAfterMs } from '../../../server/src/pipeline/settle-step.js';
import { contentOf, partsOfConfig } from '../../../server/src/store/config-content.js';
import type { ConfigSnapshot } from '../../../server/src/store/control-plane-store.js';
import { accessLine, apiId, baseMs, executionLines, format, stage, wafLine } from '../../parsers/evidence/feed.js';
import { pipelineOn, truthOf, type UnitText, unitOf, wordsOf } from './bed.js';
import { createMemoryStore, MemoryTables, type StatementHook } from './memory-store.js';
import { createTurnstile } from './turnstile.js';

const minute = 60_000;
const hour = 60 * minute;

const route = (path: string, authorizationType: 'NONE' | 'AWS_IAM') => ({
  path,
  method: 'GET',
  authorizationType,
  apiKeyRequired: true,
});
const key = { id: 'k1', name: 'partner', lastSix: 'a7c9e1', length: 20, changedMs: null };
const about = { ageMs: 0, apiId, stage, apiKind: 'rest' } as const;
const contents: readonly ConfigFacts[] = [
  { ...about, routes: [route('/orders', 'AWS_IAM')], apiKeys: [], usagePlans: [] },
  { ...about, routes: [route('/orders', 'NONE')], apiKeys: [{ ...key, enabled: false }], usagePlans: [] },
  { ...about, routes: [], apiKeys: [{ ...key, enabled: true }], usagePlans: [] },
];

/** Tells neither API nor stage: the configuration is known only once another log has told them. */
const bareFormat = format.replace(',"apiId":"$context.apiId","stage":"$context.stage"', '');

const request = fc.record({
  atMs: fc.oneof(
    fc.nat(12).map((at) => at * minute),
    fc.nat(9 * 60).map((at) => at * minute),
  ),
  fate: fc.constantFrom('no_token', 'invalid_key', 'denied', 'policy', 'waf'),
  access: fc.constantFrom('none', 'with place', 'without place'),
  execution: fc.boolean(),
  waf: fc.boolean(),
});
const snapshot = fc.record({
  atMs: fc.oneof(
    fc.nat(12).map((at) => at * minute),
    fc.nat(9 * 60).map((at) => at * minute),
  ),
  content: fc.nat(contents.length - 1),
});
const story = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 4 }),
  snapshots: fc.array(snapshot, { minLength: 1, maxLength: 5 }),
  /** What arrives when, at which node: units and snapshots by number, else a sweep. */
  arrivals: fc.array(fc.record({ what: fc.nat(11), node: fc.nat(1), waits: fc.boolean() }), { maxLength: 12 }),
  bursts: fc.array(fc.record({ node: fc.nat(1), statements: fc.integer({ min: 1, max: 14 }) }), { maxLength: 24 }),
  faults: fc.array(fc.record({ at: fc.nat(120), kind: fc.constantFrom('before', 'after', 'dies') }), { maxLength: 3 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

function unitsOf({ requests }: Pick<Story, 'requests'>): UnitText[] {
  return requests.flatMap(({ atMs, fate, access, execution, waf }, index) => {
    const sent = { n: index + 1, fate, atMs, logs: { access: true, execution: true, waf: true } } as const;
    const units: UnitText[] = [];
    if (access === 'with place') units.push({ id: `access ${index}`, lines: [accessLine(sent)] });
    if (access === 'without place')
      units.push({ id: `bare ${index}`, format: bareFormat, lines: [accessLine(sent, bareFormat)] });
    if (execution) units.push({ id: `execution ${index}`, format: null, lines: executionLines(sent) });
    if (waf) units.push({ id: `waf ${index}`, format: null, lines: [wafLine({ ...sent, atMs: atMs + 40 })] });
    return units;
  });
}

const snapshotsOf = ({ snapshots }: Pick<Story, 'snapshots'>): ConfigSnapshot[] =>
  snapshots.map(({ atMs, content }) => ({
    account: '111122223333',
    region: 'eu-west-1',
    apiId,
    stage,
    takenMs: baseMs + atMs,
    config: contents[content] as ConfigFacts,
  }));

/** With all snapshots there at once. */
function configOfAll(snapshots: readonly ConfigSnapshot[]): ConfigOf {
  const configs = new Map(snapshots.map(({ config }) => [contentOf(partsOfConfig(config)), config]));
  const taken = snapshots
    .map(({ takenMs, config }) => ({ takenMs, content: contentOf(partsOfConfig(config)) }))
    .sort((a, b) => a.takenMs - b.takenMs || (a.content < b.content ? -1 : 1));
  return (asked) => {
    if (asked.apiId === null || asked.stage === null || asked.timeMs === null) return null;
    const at = configAt(taken, asked.timeMs);
    return at === null ? null : configFactsAt(at, configs);
  };
}

describe('logs and snapshots of the configuration, on two nodes, in any order, interleaved and broken off', () => {
  test('give the same rows once all are there and the sweep has run', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (told) => {
        const units = unitsOf(told);
        const snapshots = snapshotsOf(told);
        const tables = new MemoryTables();
        const turnstile = createTurnstile(told.bursts);
        let nowMs = baseMs + 10 * hour;
        let statements = 0;
        const node = (number: number) => {
          let dead = false;
          const hook: StatementHook = async (_name, when) => {
            if (when === 'before') {
              await turnstile.pass(number);
              statements++;
            }
            const fault = told.faults.find(({ at }) => at === statements);
            if (fault?.kind === 'dies') dead = true;
            if (dead) throw new Error('the process is dead');
            if (fault?.kind === when) throw new Error(`broken ${when} the statement`);
          };
          const store = createMemoryStore(tables, hook);
          return { store, pipeline: pipelineOn(store, { nowMs: () => nowMs }) };
        };
        const nodes = [node(0), node(1)];
        const done = new Set<number>();
        let running: Promise<void>[] = [];
        const arrive = async (what: number, number: number): Promise<void> => {
          const { store, pipeline } = nodes[number] as (typeof nodes)[number];
          const unit = units[what];
          const taken = snapshots[what - units.length];
          try {
            if (unit !== undefined) await pipeline.accept(unitOf(unit));
            else if (taken !== undefined) await store.insertConfigSnapshots([taken], nowMs);
            else await pipeline.sweep(0);
            done.add(what);
          } catch {
            // Whoever sent it hears of it.
          }
        };
        for (const { what, node: number, waits } of told.arrivals) {
          if (waits) {
            await turnstile.runUntil(Promise.all(running));
            running = [];
          }
          running.push(arrive(what, number));
        }
        await turnstile.runUntil(Promise.all(running));

        const store = createMemoryStore(tables);
        const last = pipelineOn(store, { nowMs: () => nowMs });
        for (let what = 0; what < units.length + snapshots.length; what++) {
          if (done.has(what)) continue;
          const unit = units[what];
          if (unit !== undefined) await last.accept(unitOf(unit));
          else await store.insertConfigSnapshots([snapshots[what - units.length] as ConfigSnapshot], nowMs);
        }
        nowMs += abandonedAfterMs + 1;
        await last.sweep(0);

        const rows = tables.standing().filter((row) => !row.cancelled);
        expect(rows.map(wordsOf).sort()).toEqual(truthOf(units, configOfAll(snapshots)).rows);
        expect(await last.sweep(0)).toBe(0);
      }),
      { seed: 403, numRuns: 400 },
    );
  });
});
