import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAssembler } from '../../../parsers/src/assemble/index.js';
import { defaultLimits, type RequestRecord } from '../../../parsers/src/model/index.js';
import { access, assemble, baseMs, type Evidence, execution, lines, response, shortId, uuid, waf } from './evidence.js';

const minute = 60_000;
const feed = (assembler: ReturnType<typeof createAssembler>, evidence: readonly Evidence[]): void => {
  for (const { entry, facts } of evidence) assembler.add(entry, facts);
};
const at = (line: number, timeMs: number | null): Evidence =>
  access(line, { extendedRequestId: shortId(line) }, { status: '403' }, { timeMs });
const lineNumbers = (records: readonly RequestRecord[]): number[] => records.map((record) => record.line);

describe('age', () => {
  it('hands on what is older than openAgeMs, oldest first, and nothing else', () => {
    const assembler = createAssembler({ ...defaultLimits, openAgeMs: 10 * minute });
    feed(assembler, [at(1, baseMs), at(2, baseMs + 5 * minute), at(3, baseMs - minute)]);
    expect(lineNumbers(assembler.take(baseMs + 10 * minute))).toEqual([3]);
    expect(lineNumbers(assembler.take(baseMs + 10 * minute + 1))).toEqual([1]);
    expect(lineNumbers(assembler.end())).toEqual([2]);
  });

  it('waits for the latest evidence of a request', () => {
    const assembler = createAssembler({ ...defaultLimits, openAgeMs: minute });
    feed(assembler, [at(1, baseMs), waf(2, shortId(1), { timeMs: baseMs + 30_000 })]);
    expect(assembler.take(baseMs + 80_000)).toEqual([]);
    expect(assembler.take(baseMs + 91_000)).toHaveLength(1);
  });

  it('keeps requests without a time until the end', () => {
    const assembler = createAssembler(defaultLimits);
    feed(assembler, [at(1, null)]);
    expect(assembler.take(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(assembler.end()).toHaveLength(1);
  });

  it('opens a new request for lines that come after their request was handed on', () => {
    const assembler = createAssembler({ ...defaultLimits, openAgeMs: minute });
    const log = execution(
      1,
      [
        [uuid(1), lines.usagePlan],
        [uuid(1), lines.completed(403)],
      ],
      { timeMs: baseMs },
    );
    feed(assembler, log.slice(0, 1));
    expect(assembler.take(baseMs + 2 * minute)).toHaveLength(1);
    feed(assembler, log.slice(1));
    expect(assembler.end().map((record) => record.status)).toEqual([403]);
  });

  it('is empty after the end', () => {
    const assembler = createAssembler(defaultLimits);
    feed(assembler, [at(1, baseMs), ...execution(2, [lines.usagePlan])]);
    expect(assembler.end()).toHaveLength(2);
    expect(assembler.end()).toEqual([]);
    expect(assembler).toMatchObject({ openRequests: 0, openBytes: 0 });
  });
});

describe('bounds', () => {
  it('pushes out the oldest request when one too many is open', () => {
    const assembler = createAssembler({ ...defaultLimits, openRequests: 2 });
    feed(assembler, [at(1, null), at(2, null)]);
    expect(assembler.take(null)).toEqual([]);
    feed(assembler, [at(3, null)]);
    expect(lineNumbers(assembler.take(null))).toEqual([1]);
  });

  it('pushes out a request with all its parts', () => {
    const assembler = createAssembler({ ...defaultLimits, openRequests: 2 });
    feed(assembler, [access(1, { requestId: uuid(1) }), ...execution(2, [[uuid(1), lines.refused]]), at(3, null)]);
    const [record] = assembler.take(null);
    expect(record).toMatchObject({ line: 1, execution: [{ kind: 'client_not_authorized' }] });
  });

  it('does not gather the lines of one endless request', () => {
    const assembler = createAssembler({ ...defaultLimits, openBytes: 20_000 });
    for (let i = 0; i < 2000; i++) {
      feed(assembler, execution(i + 1, [[uuid(1), lines.received]]));
      assembler.take(null);
      expect(assembler.openBytes).toBeLessThanOrEqual(20_000);
    }
  });

  it('never holds more than its limits', () => {
    const piece = fc.record({
      kind: fc.constantFrom('access', 'waf', 'response', 'line', 'idless'),
      id: fc.integer({ min: 1, max: 40 }),
      time: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 120 }), fc.integer({ min: 0, max: 12 }), (pieces, openRequests) => {
        const limits = { ...defaultLimits, openRequests, openBytes: 40_000, openAgeMs: 1000 };
        const assembler = createAssembler(limits);
        let handedOn = 0;
        for (const [index, { kind, id, time }] of pieces.entries()) {
          const ids = { requestId: uuid(id % 7), extendedRequestId: id % 3 === 0 ? shortId(id) : null };
          const evidence =
            kind === 'access'
              ? [access(index + 1, ids)]
              : kind === 'waf'
                ? [waf(index + 1, shortId(id))]
                : kind === 'response'
                  ? [response(index + 1, ids)]
                  : execution(index + 1, [kind === 'idless' ? lines.refused : [uuid(id % 7), lines.usagePlan]]);
          feed(assembler, evidence);
          handedOn += assembler.take(time % 10 === 0 ? baseMs + time * 100 : null).length;
          expect(assembler.openRequests).toBeLessThanOrEqual(openRequests);
          expect(assembler.openBytes).toBeLessThanOrEqual(40_000);
        }
        handedOn += assembler.end().length;
        expect(handedOn).toBeLessThanOrEqual(pieces.length);
        expect(assembler).toMatchObject({ openRequests: 0, openBytes: 0 });
      }),
      { seed: 403, numRuns: 200 },
    );
  });
});

/** A small world: requests with chosen request ids (often the same), each seen by some of the sources. */
const world = fc.array(
  fc.record({
    requestId: fc.integer({ min: 1, max: 4 }).map(uuid),
    sees: fc.record({
      access: fc.constantFrom('none', 'both', 'requestId', 'extendedId'),
      execution: fc.constantFrom('none', 'linked', 'unlinked'),
      waf: fc.boolean(),
      response: fc.constantFrom('none', 'both', 'requestId'),
    }),
    second: fc.integer({ min: 0, max: 8 }),
    client: fc.integer({ min: 1, max: 2 }),
  }),
  { maxLength: 6 },
);
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

/** The sources of that world: each keeps its own order. Every piece says (in its status or time) whose it is. */
function sourcesOf(requests: World): Evidence[][] {
  const accessLog: Evidence[] = [];
  const executionLog: Evidence[] = [];
  const wafLog: Evidence[] = [];
  const pastes: Evidence[] = [];
  for (const [index, { requestId, sees, second, client }] of requests.entries()) {
    const X = shortId(index);
    const timeMs = baseMs + second * 1000;
    const line = index * 10 + 1;
    const idsOf = {
      none: {},
      both: { requestId, extendedRequestId: X },
      requestId: { requestId },
      extendedId: { extendedRequestId: X },
    };
    const clientIp = `203.0.113.${client}`;
    const stream = { logGroup: 'API-Gateway-Execution-Logs_q1w2e3r4t5/live', logStream: 's1', timeMs };
    if (sees.access !== 'none') {
      const values = {
        status: String(200 + index),
        httpMethod: 'GET',
        path: '/pets',
        'identity.sourceIp': clientIp,
      } as const;
      accessLog.push(access(line, idsOf[sees.access], values, { timeMs }));
    }
    if (sees.execution !== 'none') {
      const opening = sees.execution === 'linked' ? lines.extendedId(X) : lines.usagePlan;
      executionLog.push(
        ...execution(
          line + 1,
          [
            [requestId, opening],
            [requestId, lines.completed(200 + index)],
          ],
          stream,
        ),
      );
    }
    if (sees.waf)
      wafLog.push(waf(line + 5, X, { timeMs, clientIp, method: 'GET', uri: '/pets', country: String(index) }));
    if (sees.response !== 'none') pastes.push(response(line + 6, idsOf[sees.response], { status: 200 + index }));
  }
  return [accessLog, executionLog, wafLog, pastes];
}

/** Any interleaving that keeps each source's own order. */
function interleave(sources: readonly Evidence[][], picks: readonly number[]): Evidence[] {
  const queues = sources.map((source) => [...source]);
  const out: Evidence[] = [];
  for (let i = 0; queues.some((queue) => queue.length > 0); i++) {
    const filled = queues.filter((queue) => queue.length > 0);
    const queue = filled[(picks[i % picks.length] as number) % filled.length] as Evidence[];
    out.push(queue.shift() as Evidence);
  }
  return out;
}

const byEventId = (records: readonly RequestRecord[]): RequestRecord[] =>
  [...records].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));

describe('properties', () => {
  it('gives the same records in whatever order the sources come', () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
        (requests, first, second) => {
          const sources = sourcesOf(requests);
          const one = assemble(interleave(sources, first));
          const other = assemble(interleave(sources, second));
          expect(byEventId(other)).toEqual(byEventId(one));
          expect(new Set(one.map((record) => record.eventId)).size).toBe(one.length);
        },
      ),
      { seed: 403, numRuns: 500 },
    );
  });

  it('loses nothing, doubles nothing', () => {
    fc.assert(
      fc.property(world, (requests) => {
        const sources = sourcesOf(requests);
        const records = assemble(sources.flat());
        expect(records.filter((record) => record.access).length).toBe(sources[0]?.length);
        expect(records.reduce((sum, record) => sum + record.execution.length, 0)).toBe(sources[1]?.length);
        expect(records.filter((record) => record.waf).length).toBe(sources[2]?.length);
        expect(records.filter((record) => record.response).length).toBe(sources[3]?.length);
      }),
      { seed: 403, numRuns: 500 },
    );
  });

  it('never mixes two requests, whatever request ids their callers chose, as long as every request is logged', () => {
    // Without ids that link them, a WAF record may only fit by chance: leave approximate joins to their own test.
    fc.assert(
      fc.property(world, (requests) => {
        const everywhere = requests.map((request) => ({
          ...request,
          sees: {
            ...request.sees,
            access: request.sees.access === 'none' ? ('both' as const) : request.sees.access,
            execution: request.sees.execution === 'none' ? ('linked' as const) : request.sees.execution,
          },
        }));
        for (const record of assemble(sourcesOf(everywhere).flat())) {
          const owners = new Set<number>();
          if (record.access) owners.add(Number(record.access.values.status));
          for (const line of record.execution) if (line.kind === 'method_completed') owners.add(line.status);
          if (record.waf && record.wafJoin === 'id') owners.add(200 + Number(record.waf.country));
          if (record.response?.status) owners.add(record.response.status);
          expect(owners.size).toBeLessThanOrEqual(1);
        }
      }),
      { seed: 403, numRuns: 500 },
    );
  });
});
