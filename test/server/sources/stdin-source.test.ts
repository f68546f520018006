import { describe, expect, it } from 'vitest';
import { createStdinSource } from '../../../server/src/sources/stdin/stdin-source.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { baseMs } from '../../parsers/evidence/feed.js';
import { pipelineOn, settingsOf } from '../pipeline/bed.js';
import { createMemoryStore, MemoryTables } from '../pipeline/memory-store.js';
import { lines, until } from './follow.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An input that gives what it is told to. */
function createInput() {
  const waiting: (Uint8Array | null)[] = [];
  let wake = (): void => {};
  let asked = 0;
  return {
    asked: () => asked,
    give(text: string) {
      waiting.push(encode(text));
      wake();
    },
    end() {
      waiting.push(null);
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        asked++;
        while (waiting.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const next = waiting.shift();
        if (next === null || next === undefined) return;
        yield next;
      }
    },
  };
}

function bed(options: { unitBytes?: number; unitMs?: number } = {}) {
  const tables = new MemoryTables();
  const input = createInput();
  const abort = new AbortController();
  const source = createStdinSource({
    input,
    settings: settingsOf({}),
    nowMs: () => baseMs + 86_400_000,
    telemetry: silentTelemetry,
    unitMs: 60_000,
    ...options,
  });
  const requests = (): number => [...tables.countedRequests().values()].reduce((sum, n) => sum + n, 0);
  const pipeline = pipelineOn(createMemoryStore(tables));
  return { tables, input, abort, source, requests, pipeline };
}

describe('standard input', () => {
  it.each([
    ['at once', [lines(1, 30)]],
    ['line by line', Array.from({ length: 30 }, (_, n) => lines(n + 1, n + 1))],
    ['cut anywhere', lines(1, 30).match(/[\s\S]{1,97}/g) ?? []],
    ['without a last newline', [lines(1, 30).trimEnd()]],
    ['with nothing but a newline more', [`${lines(1, 30)}\n`]],
  ])('is read to its end: %s', async (_name, parts) => {
    const { input, source, pipeline, abort, requests, tables } = bed({ unitBytes: 2000 });
    for (const part of parts) input.give(part);
    input.end();
    await source.run(pipeline, abort.signal);
    expect(requests()).toBe(30);
    expect(new Set(tables.markers.map(({ unit }) => unit)).size).toBe(tables.markers.length);
  });

  it('that is empty says nothing', async () => {
    const { input, source, pipeline, abort, tables } = bed();
    input.end();
    await source.run(pipeline, abort.signal);
    expect(tables.markers).toEqual([]);
  });

  it('that comes slowly is stored after a while', async () => {
    const { input, source, pipeline, abort, requests } = bed({ unitMs: 1 });
    const running = source.run(pipeline, abort.signal);
    input.give(`${lines(1, 3)}half a line`);
    await until(() => requests() === 3);
    input.end();
    await running;
  });

  it('is stored as far as it came when the service is stopped', async () => {
    const { input, source, pipeline, abort, requests } = bed();
    const running = source.run(pipeline, abort.signal);
    input.give(lines(1, 3));
    await until(() => input.asked() === 2);
    abort.abort();
    await running;
    expect(requests()).toBe(3);
  });

  it('is not asked for more while the store stands still', async () => {
    const { input, source, abort } = bed({ unitBytes: 100 });
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tables = new MemoryTables();
    const running = source.run(pipelineOn(createMemoryStore(tables, () => gate)), abort.signal);
    for (let n = 1; n <= 10; n++) input.give(lines(n, n));
    await until(() => input.asked() > 0);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(input.asked()).toBe(1);
    release();
    input.end();
    await running;
    expect(tables.markers).toHaveLength(10);
  });

  it('tells its watermark: the newest event, less the delay', async () => {
    const { input, source, pipeline, abort, tables } = bed();
    input.give(lines(1, 30));
    input.end();
    await source.run(pipeline, abort.signal);
    expect(tables.progress).toEqual([{ feed: 'stdin', kind: 'stdin', completeUntilMs: baseMs + 300 - 60_000 }]);
  });
});
