import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach } from 'vitest';
import type { CountingUnit, UnitSink } from '../../../server/src/pipeline/counting-unit.js';
import { createFileSource, type FileSourceOptions } from '../../../server/src/sources/file/file-source.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { accessLine } from '../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf } from '../pipeline/bed.js';
import { createMemoryStore, MemoryTables } from '../pipeline/memory-store.js';

/** An access line of a request of its own. */
export const line = (n: number): string => accessLine({ n, fate: n % 3 === 0 ? 'denied' : 'served', atMs: n * 10 });
export const lines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${line(from + i)}\n`).join('');

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(2);
}

/** Files in a directory, a store, and a source that may be stopped and started. */
export interface Follow {
  readonly directory: string;
  readonly tables: MemoryTables;
  readonly problems: string[];
  /** Units handed in since the start, in order. */
  readonly accepted: CountingUnit[];
  path(name: string): string;
  append(name: string, text: string): Promise<void>;
  start(options?: Partial<FileSourceOptions> & { readonly sink?: (sink: UnitSink) => UnitSink }): void;
  stop(): Promise<void>;
  /** Moves the clock ahead of the files' times. */
  pass(ms: number): void;
  nowMs(): number;
  requests(): number;
  /** Resolves when so many requests are counted. */
  counted(requests: number): Promise<void>;
  /** Resolves when the source has looked at everything once more. */
  looked(): Promise<void>;
}

const open: Follow[] = [];
afterEach(async () => {
  for (const follow of open.splice(0)) {
    await follow.stop();
    await rm(follow.directory, { recursive: true, force: true });
  }
});

export async function follow(): Promise<Follow> {
  const directory = await mkdtemp(join(tmpdir(), 'why403-files-'));
  const tables = new MemoryTables();
  const problems: string[] = [];
  const accepted: CountingUnit[] = [];
  let aheadMs = 0;
  let abort = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let looks = 0;
  const nowMs = (): number => Date.now() + aheadMs;
  const requests = (): number => [...tables.countedRequests().values()].reduce((sum, n) => sum + n, 0);

  const made: Follow = {
    directory,
    tables,
    problems,
    accepted,
    path: (name) => join(directory, name),
    append: (name, text) => appendFile(join(directory, name), text),
    start({ sink: wrap = (sink: UnitSink) => sink, ...options } = {}) {
      abort = new AbortController();
      const pipeline = pipelineOn(createMemoryStore(tables), { nowMs });
      const sink: UnitSink = {
        accept(unit) {
          accepted.push(unit);
          return pipeline.accept(unit);
        },
        readUnitsOf: (prefix) => pipeline.readUnitsOf(prefix),
        readRefusalsOnly: (feed, range) => pipeline.readRefusalsOnly(feed, range),
        reportProgress: (...args) => pipeline.reportProgress(...args),
      };
      const source = createFileSource({
        paths: [join(directory, '*.log*')],
        feed: 'files',
        settings: settingsOf({}),
        unitBytes: 1024,
        pollMs: 1,
        flushMs: 0,
        nowMs: () => {
          looks++;
          return nowMs();
        },
        telemetry: { ...silentTelemetry, sourceProblem: ({ problem }) => problems.push(problem) },
        ...options,
      });
      running = source.run(wrap(sink), abort.signal);
    },
    async stop() {
      abort.abort();
      await running;
    },
    pass(ms) {
      aheadMs += ms;
    },
    nowMs,
    requests,
    counted: (expected) => until(() => requests() >= expected),
    async looked() {
      // Several clock readings make one round over the files.
      const from = looks;
      await until(() => looks > from + 40);
    },
  };
  open.push(made);
  return made;
}
