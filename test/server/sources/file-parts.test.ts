import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAccessLogFormat, defaultLimits } from '../../../parsers/src/index.js';
import { fits } from '../../../server/src/sources/file/expand-paths.js';
import { cutRanges } from '../../../server/src/sources/file/gzip-file.js';
import { positionOf, rangeAt, unitId } from '../../../server/src/sources/file/unit-range.js';
import { GroupRegistry } from '../../../server/src/sources/group-registry.js';
import { createSource, type SourceDeps } from '../../../server/src/sources/registry.js';
import type { StoredUnit } from '../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';

describe('a name and a pattern', () => {
  it.each([
    ['access.log', 'access.log', true],
    ['access.log', 'access.lo', false],
    ['access.log', '*', true],
    ['access.log', '*.log', true],
    ['access.log.1', '*.log', false],
    ['access.log.1', '*.log*', true],
    ['access.log', 'a*s*.l?g', true],
    ['access.log', 'a*z*.log', false],
    ['access-2.log', 'access-?.log', true],
    ['access-12.log', 'access-?.log', false],
    ['access.log', 'access.log*', true],
    ['.hidden.log', '*.log', false],
    ['.hidden.log', '.*.log', true],
    ['axb', 'a.b', false],
    ['a'.repeat(200), `${'*a'.repeat(90)}b`, false],
  ])('%s, %s', (name, pattern, expected) => {
    expect(fits(name, pattern)).toBe(expected);
  });
});

const stored = (unit: string, bytes: number): StoredUnit => ({
  unit,
  generation: { rank: bytes, version: 1, name: '' },
  feed: '',
  firstMs: 0,
  newestMs: 0,
  lines: 0,
  requests: 0,
  bytes,
  rejected: {},
});
const identity = 'head-1';
const unit = (range: number, bytes: number, unitBytes = 100): StoredUnit =>
  stored(unitId({ identity, unitBytes }, range), bytes);

describe('the position of a file', () => {
  it.each<[string, StoredUnit[], { unitBytes: number; from: number; storedTo: number }]>([
    ['nothing stored', [], { unitBytes: 100, from: 0, storedTo: 0 }],
    ['a unit that grows', [unit(0, 60)], { unitBytes: 100, from: 0, storedTo: 60 }],
    ['a unit that is full to the byte', [unit(0, 100)], { unitBytes: 100, from: 100, storedTo: 100 }],
    ['a last line that ends in the next unit', [unit(0, 130)], { unitBytes: 100, from: 130, storedTo: 130 }],
    ['and that unit', [unit(0, 130), unit(1, 20)], { unitBytes: 100, from: 130, storedTo: 150 }],
    ['a line over several units', [unit(0, 350), unit(3, 10)], { unitBytes: 100, from: 350, storedTo: 360 }],
    ['a unit that is missing', [unit(0, 110), unit(2, 100)], { unitBytes: 100, from: 110, storedTo: 110 }],
    ['another grid', [unit(0, 90, 64)], { unitBytes: 64, from: 90, storedTo: 90 }],
    ['another file', [stored('file:other:100:00000000', 50)], { unitBytes: 100, from: 0, storedTo: 0 }],
  ])('%s', (_name, units, expected) => {
    expect(positionOf(identity, units, 100)).toEqual(expected);
  });
});

describe('a text that is cut into units', () => {
  it('gives every line to the unit it begins in, however it comes, and is gone on with anywhere', async () => {
    const texts = fc.array(fc.stringMatching(/^[a-c]{0,90}$/), { maxLength: 30 }).map((all) => all.join('\n'));
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 70 })), fc.nat(5), async (text, cuts, after) => {
        const bytes = new TextEncoder().encode(text);
        const pieces = async (from: number) => {
          const found: { range: number; text: string }[] = [];
          for await (const piece of cutRanges(chunks(bytes, cuts), { from, unitBytes: 64 })) {
            const chunk = piece.content.map((part) => new TextDecoder().decode(part)).join('');
            found.push({ range: piece.range, text: chunk });
          }
          return found;
        };
        const all = await pieces(0);
        expect(all.map((piece) => piece.text).join('')).toBe(text);
        const expected = new Map<number, string>();
        let at = 0;
        for (const line of text.split(/(?<=\n)/)) {
          if (line !== '') expected.set(rangeAt(at, 64), (expected.get(rangeAt(at, 64)) ?? '') + line);
          at += line.length;
        }
        expect(new Map(all.map((piece) => [piece.range, piece.text]))).toEqual(expected);
        const done = all.slice(0, after);
        const from = done.reduce((sum, piece) => sum + piece.text.length, 0);
        expect([...done, ...(await pieces(from))]).toEqual(all);
      }),
      { seed: 403, numRuns: 300 },
    );
  });

  async function* chunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
    let at = 0;
    for (const size of cuts) {
      if (at < bytes.length) yield bytes.subarray(at, at + size);
      at += size;
    }
    if (at < bytes.length) yield bytes.subarray(at);
  }
});

describe('the registry of sources', () => {
  const deps = {
    engine: { compileAccessLogFormat },
    limits: defaultLimits,
    input: (async function* () {})(),
    // Only sources that know APIs store or ask anything.
    store: {} as SourceDeps['store'],
    groups: new GroupRegistry({ nowMs: () => 0, onOverlap: () => {} }),
    budgets: new Map(),
    ownRegion: null,
    keptDays: 30,
    nowMs: () => 0,
    random: () => 0,
    telemetry: silentTelemetry,
  };
  const reading = { format: null, account: null, region: null, api: null, stage: null };

  it('makes one of each kind', async () => {
    const file = await createSource({ kind: 'file', paths: ['/var/log/gateway/*.log'], ...reading }, deps);
    expect(file.name).toBe('file:/var/log/gateway/*.log');
    expect((await createSource({ kind: 'stdin', ...reading }, deps)).name).toBe('stdin');
  });

  it('refuses a format that is none', async () => {
    await expect(createSource({ kind: 'stdin', ...reading, format: 'no variables' }, deps)).rejects.toThrow(
      'the access log format cannot be used',
    );
  });
});
