import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownSinceOf } from '../../../parsers/src/evidence/reading-name.js';
import {
  createUnitReader,
  defaultLimits,
  judge,
  noPlace,
  type ReadingFormats,
  type ReadingSettings,
  type StoredFact,
  type UnitContent,
} from '../../../parsers/src/index.js';
import { accessLine, baseMs, compiled, fateNames, filteredEvents, format, shortFormat } from './feed.js';

/** Formats of one stage at different times: what one makes, others may read in some way. */
const formats = {
  long: format,
  /** The same without a key in the middle. */
  short: shortFormat,
  /** A caller's words at the end, which take in whatever follows. */
  open: '{"requestId":"$context.requestId","time":"$context.requestTimeEpoch","status":"$context.status","ua":"$context.identity.userAgent"}',
  more: '{"requestId":"$context.requestId","time":"$context.requestTimeEpoch","status":"$context.status","ua":"$context.identity.userAgent","err":"$context.error.responseType","message":"$context.error.message"}',
  text: '$context.requestId $context.requestTimeEpoch $context.status $context.error.responseType',
  extended:
    '$context.requestId $context.extendedRequestId $context.requestTimeEpoch $context.status $context.error.responseType',
} as const;
type Name = keyof typeof formats;
const names = Object.keys(formats) as Name[];
const templates = Object.fromEntries(names.map((name) => [name, compiled(formats[name])])) as Record<
  Name,
  ReturnType<typeof compiled>
>;

const settings = (of: ReadingFormats & Partial<ReadingSettings>): ReadingSettings => ({
  fallbackPlace: noPlace,
  limits: defaultLimits,
  ...of,
});
const only = (name: Name | null): ReadingFormats => ({ template: name === null ? null : templates[name] });
const both = (first: Name, second: Name): ReadingFormats => ({ ...only(first), otherTemplates: [templates[second]] });

interface Line {
  readonly n: number;
  readonly fate: (typeof fateNames)[number];
  readonly name: Name;
}

const textOf = ({ n, fate, name }: Line) => accessLine({ n, fate, atMs: n }, formats[name]);
const eventsOf = (lines: readonly Line[]) =>
  lines.map((line) => ({ id: String(line.n).padStart(56, '0'), timestamp: baseMs + line.n, message: textOf(line) }));

function read(lines: readonly Line[], of: ReadingSettings): UnitContent {
  const reader = createUnitReader(of);
  reader.push(new TextEncoder().encode(filteredEvents(eventsOf(lines))));
  return reader.end();
}

/** Each line by the format that made it. */
const truth = (lines: readonly Line[]): readonly StoredFact[] =>
  lines.flatMap((line) => read([line], settings(only(line.name))).facts);

const verdicts = (facts: readonly StoredFact[]) =>
  judge(facts, () => null).map(({ record, verdict }) => [
    record.eventId,
    record.status,
    record.access?.values,
    verdict.cause,
    verdict.confidence,
    verdict.detail,
  ]);

describe('lines of two formats side by side', () => {
  it.each([
    ['long', 'short'],
    ['open', 'more'],
    ['text', 'long'],
    ['text', 'extended'],
  ] as const)('are each read by their own: %s and %s', (a, b) => {
    const lines = fateNames.flatMap((fate, i): Line[] => [
      { n: 2 * i + 1, fate, name: a },
      { n: 2 * i + 2, fate, name: b },
    ]);
    for (const of of [both(a, b), both(b, a)]) {
      const content = read(lines, settings(of));
      expect(verdicts(content.facts)).toEqual(verdicts(truth(lines)));
      expect(content.rejected).toEqual({});
    }
  });

  it('would lose values by the wrong one alone', () => {
    const line: Line = { n: 1, fate: 'denied', name: 'more' };
    expect(verdicts(read([line], settings(only('open'))).facts)).not.toEqual(verdicts(truth([line])));
  });
});

describe('a reading that corrects another', () => {
  it('takes back what only the other says, and nothing else, whatever is stored first', () => {
    const formatOf = fc.constantFrom(...names);
    const linesOf = (a: Name, b: Name) =>
      fc
        .array(fc.record({ fate: fc.constantFrom(...fateNames), name: fc.constantFrom(a, b) }), { maxLength: 8 })
        .map((all) => all.map((line, i): Line => ({ ...line, n: i + 1 })));
    const cases = fc.tuple(formatOf, formatOf, fc.option(formatOf)).chain(([a, b, misreadBy]) =>
      fc.record({
        a: fc.constant(a),
        b: fc.constant(b),
        misreadBy: fc.constant(misreadBy),
        lines: linesOf(a, b),
        picks: fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ a, b, misreadBy, lines, picks }) => {
        const right = both(a, b);
        const misreadings = [only(misreadBy), only(a)];
        const corrected = read(lines, settings({ ...right, misreadings, knownSinceMs: baseMs }));
        const misread = misreadings.flatMap((each) => read(lines, settings(each)).facts);
        const all = shuffled([...corrected.facts, ...misread, ...corrected.facts], picks);
        expect(verdicts(all)).toEqual(verdicts(read(lines, settings(right)).facts));
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('finds what it takes back by the same ids and under the same event id', () => {
    const line: Line = { n: 1, fate: 'denied', name: 'more' };
    const [misread] = read([line], settings(only('open'))).facts;
    const { facts } = read([line], settings({ ...only('more'), misreadings: [only('open')] }));
    expect(facts).toHaveLength(2);
    expect(facts.find(({ body }) => body.withdraws === misread?.factId)).toMatchObject({
      links: misread?.links,
      eventId: misread?.eventId,
      timeMs: misread?.timeMs,
    });
  });

  it('leaves no request where the other saw one', () => {
    const swapped = compiled(
      '$context.requestId $context.requestTimeEpoch $context.error.responseType $context.status',
    );
    const line: Line = { n: 1, fate: 'denied', name: 'text' };
    const { facts } = read([line], settings({ template: swapped, misreadings: [only('text')] }));
    const misread = read([line], settings(only('text'))).facts;
    expect(judge(misread, () => null)).toHaveLength(1);
    expect(facts.some(({ factId }) => factId === misread[0]?.factId)).toBe(false);
    expect(judge([...facts, ...misread], () => null).map(({ verdict }) => verdict.outcome)).not.toContain('refused');
  });

  it('takes nothing back when it has no room for what it says itself', () => {
    const lines = [1, 2, 3].map((n): Line => ({ n, fate: 'denied', name: 'long' }));
    const limits = { ...defaultLimits, openBytes: 2_500 };
    const { facts, rejected } = read(lines, settings({ ...only('long'), misreadings: [only('short')], limits }));
    expect(rejected.too_many_requests_held).toBeGreaterThan(0);
    expect(facts.filter(({ body }) => body.withdraws !== undefined)).toEqual([]);
  });

  it('has a greater name the later it is known, and keeps its name where nothing has changed', () => {
    const line: Line = { n: 1, fate: 'denied', name: 'long' };
    const nameOf = (of: Partial<ReadingSettings>) => read([line], settings({ ...only('long'), ...of })).name;
    const plain = nameOf({});
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    const times = [1, baseMs, baseMs + 1, 9_999_999_999_999];
    const all = [plain, ...times.map((knownSinceMs) => nameOf({ knownSinceMs }))];
    expect([...all].sort()).toEqual(all);
    expect(all.map(knownSinceOf)).toEqual([0, ...times]);
    expect(
      new Set([plain, nameOf({ otherTemplates: [templates.short] }), nameOf({ misreadings: [only(null)] })]).size,
    ).toBe(3);
  });
});

function shuffled<T>(items: readonly T[], picks: readonly number[]): T[] {
  const rest = [...items];
  const out: T[] = [];
  for (let i = 0; rest.length > 0; i++) out.push(...rest.splice((picks[i % picks.length] as number) % rest.length, 1));
  return out;
}
