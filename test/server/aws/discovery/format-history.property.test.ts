import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../../parsers/src/index.js';
import { LiveGroups, rememberedMs } from '../../../../server/src/aws/discovery/live-groups.js';
import type { Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { everyStage } from '../../../../server/src/aws/discovery/stage-filters.js';
import { createLookMemory } from '../../../../server/src/aws/discovery/stored-looks.js';
import { knownSince, settingsOf } from '../../../../server/src/sources/cloudwatch/settings-history.js';
import { account, region } from '../../../fake-aws/harness.js';
import { snapshot, stage, takenMs as startMs } from './examples.js';
import { createModelLooks } from './model-looks.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const endMs = startMs + 12 * hour;
/** A change is in force everywhere after so long. */
const rollOverMs = 2 * minute;

/** What somebody does to the stage, ms after the start. */
interface Edit {
  readonly atMs: number;
  /** null: something else is changed. */
  readonly format: number | null;
}

interface History {
  readonly edits: readonly Edit[];
  readonly looksMs: readonly number[];
  /** AWS tells when a stage was last changed. */
  readonly isTold: boolean;
}

const histories: fc.Arbitrary<History> = fc.record({
  edits: fc
    .array(
      fc.record({
        atMs: fc.integer({ min: startMs + minute, max: endMs }),
        format: fc.option(fc.nat(3)),
      }),
      { maxLength: 8 },
    )
    .map((all) => all.sort((a, b) => a.atMs - b.atMs)),
  looksMs: fc
    .array(fc.integer({ min: startMs, max: endMs }), { minLength: 1, maxLength: 30 })
    .map((all) => [startMs, ...all].sort((a, b) => a - b)),
  isTold: fc.boolean(),
});

const sourceOf = (format: number): string => `$context.requestId $context.status ${'x'.repeat(format)}`;

/** The formats that lines of a moment may have. */
function formatsAt({ edits }: History, atMs: number): readonly number[] {
  const before = (ms: number): number => edits.findLast((each) => each.format !== null && each.atMs <= ms)?.format ?? 0;
  return [...new Set([before(atMs), before(atMs - rollOverMs)])];
}

function look({ edits, isTold }: History, takenMs: number): Snapshot {
  const done = edits.filter(({ atMs }) => atMs <= takenMs);
  const format = sourceOf(done.findLast((each) => each.format !== null)?.format ?? 0);
  const destination = { kind: 'log_group' as const, group: '/aws/apigateway/shop', region, account };
  const lastUpdatedMs = isTold ? (done.at(-1)?.atMs ?? startMs - hour) : null;
  return snapshot({
    takenMs,
    stages: [stage({ executionLog: null, lastUpdatedMs, accessLog: { format, destination } })],
  });
}

const liveGroups = () =>
  new LiveGroups({ filters: everyStage, limits: defaultLimits, compile: compileAccessLogFormat });

const windows = (lengthMs: number) =>
  Array.from({ length: (endMs - startMs) / lengthMs }, (_, i) => ({
    fromMs: startMs + i * lengthMs,
    toMs: startMs + (i + 1) * lengthMs,
  }));

const historyOf = (groups: LiveGroups) => {
  const [group] = groups.list();
  if (group === undefined) throw new Error('no group');
  return group.settings;
};

const sourcesOf = (groups: LiveGroups, window: { fromMs: number; toMs: number }): (string | undefined)[] => {
  const { template, otherTemplates = [] } = settingsOf(historyOf(groups), window);
  return [template, ...otherTemplates].map((each) => each?.source);
};

describe('what is known of formats', () => {
  it('reads each window by every format that was seen and may have counted in it, and by no others', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(minute, 5 * minute, hour), (history, lengthMs) => {
        const groups = liveGroups();
        for (const atMs of history.looksMs) groups.update(look(history, atMs));
        const lastLookMs = history.looksMs.at(-1) as number;
        const wasSeen = (format: number, atMs: number): boolean => {
          // Somebody looked while it was so.
          const began = history.edits.findLast((each) => each.format !== null && each.atMs <= atMs)?.atMs ?? 0;
          const ended = history.edits.find((each) => each.format !== null && each.atMs > atMs)?.atMs ?? endMs;
          return formatsAt(history, atMs)[0] === format && history.looksMs.some((ms) => ms >= began && ms < ended);
        };
        for (const window of windows(lengthMs)) {
          if (window.toMs > lastLookMs) break;
          const known = sourcesOf(groups, window);
          for (let atMs = window.fromMs; atMs < window.toMs; atMs += minute) {
            const [current = 0] = formatsAt(history, atMs);
            if (!wasSeen(current, atMs)) continue;
            expect(known).toContain(sourceOf(current));
            for (const other of formatsAt(history, atMs)) {
              if (wasSeen(other, atMs - rollOverMs)) expect(known).toContain(sourceOf(other));
            }
          }
          const around = history.looksMs.filter(
            (ms) => ms >= window.fromMs - 10 * minute && ms <= window.toMs + 10 * minute,
          );
          // Looks close by that saw one format, with one before and one behind: there is no other.
          const seen = new Set(
            [
              look(history, history.looksMs.findLast((ms) => ms < window.fromMs - 10 * minute) ?? startMs),
              ...around.map((ms) => look(history, ms)),
              look(history, history.looksMs.find((ms) => ms > window.toMs + 10 * minute) ?? lastLookMs),
            ].map((each) => each.stages[0]?.accessLog?.format),
          );
          if (seen.size === 1 && window.fromMs - 10 * minute > startMs) expect(known).toEqual([...seen]);
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('grows: whenever a window is to be read by other formats than before, it is known since later', () => {
    fc.assert(
      fc.property(histories, fc.constantFrom(minute, 15 * minute), (history, lengthMs) => {
        const groups = liveGroups();
        const before = new Map<number, { sources: string; sinceMs: number }>();
        for (const atMs of history.looksMs) {
          groups.update(look(history, atMs));
          // Windows that may have been read by now, and some more.
          for (const window of windows(lengthMs)) {
            if (window.fromMs > atMs) break;
            const sources = JSON.stringify(sourcesOf(groups, window));
            const sinceMs = knownSince(historyOf(groups), window);
            const known = before.get(window.fromMs);
            if (known !== undefined) {
              expect(sinceMs).toBeGreaterThanOrEqual(known.sinceMs);
              if (sources !== known.sources) {
                expect(sinceMs).toBeGreaterThan(known.sinceMs);
                // What was said by the old ones is taken back.
                const { misreadings = [] } = settingsOf(historyOf(groups), window);
                const former = misreadings.map(({ template, otherTemplates = [] }) =>
                  JSON.stringify([template, ...otherTemplates].map((each) => each?.source)),
                );
                expect(former).toContain(known.sources);
              }
            }
            before.set(window.fromMs, { sources, sinceMs });
          }
        }
      }),
      { seed: 12, numRuns: 100 },
    );
  });

  it('outlives the process: a restart at any look reads every window by all formats that it was read by, or is to be', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (history, pick) => {
        const looks = createModelLooks();
        const memory = () => createLookMemory({ store: looks.store(), filters: everyStage, nowMs: () => endMs });
        const restartAt = pick % history.looksMs.length;
        const through = liveGroups();
        let restarted = liveGroups();
        let process = memory();
        for (const [i, atMs] of history.looksMs.entries()) {
          if (i === restartAt) {
            process = memory();
            restarted = liveGroups();
            const { looks: earlier } = await process.recall(account, region, atMs - rememberedMs);
            for (const each of earlier) restarted.update(each);
          }
          const taken = look(history, atMs);
          through.update(taken);
          restarted.update(taken);
          await process.keep(taken);
        }
        for (const window of windows(5 * minute)) {
          expect(sourcesOf(restarted, window)).toEqual(expect.arrayContaining(sourcesOf(through, window)));
          expect(knownSince(historyOf(restarted), window)).toBeGreaterThanOrEqual(
            knownSince(historyOf(through), window),
          );
        }
      }),
      { seed: 13, numRuns: 100 },
    );
  });
});
