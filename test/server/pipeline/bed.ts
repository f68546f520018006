import {
  type ConfigOf,
  compileAccessLogFormat,
  countingVersion,
  createUnitReader,
  defaultLimits,
  judge,
  noPlace,
  type RequestPlace,
  ruleSetVersion,
  type StoredFact,
} from '../../../parsers/src/index.js';
import type { CountingUnit } from '../../../server/src/pipeline/counting-unit.js';
import { createPipeline, type Pipeline, type PipelineDeps } from '../../../server/src/pipeline/pipeline.js';
import { refusedRowOf } from '../../../server/src/pipeline/refused-row.js';
import type { RefusedRow } from '../../../server/src/store/event-store.js';
import { silentTelemetry } from '../../../server/src/telemetry/telemetry.js';
import { baseMs, format } from '../../parsers/evidence/feed.js';
import { sumCounts } from './memory-store.js';

export const engine: PipelineDeps['engine'] = { createUnitReader, judge, ruleSetVersion, countingVersion };
export const startMs = baseMs + 3_600_000;

export function pipelineOn(store: PipelineDeps['store'], options: Partial<PipelineDeps> = {}): Pipeline {
  return createPipeline({
    store,
    engine,
    telemetry: silentTelemetry,
    nowMs: () => startMs,
    limits: { inFlightBytes: 1024 * 1024, inFlightUnits: 8, rowsDays: 36_500 },
    ...options,
  });
}

/** What a unit says: its lines, and how they are to be read. */
export interface UnitText {
  readonly id: string;
  readonly lines: readonly string[];
  readonly format?: string | null;
  readonly place?: Partial<RequestPlace>;
}

export function settingsOf({ format: source = format, place }: Pick<UnitText, 'format' | 'place'>) {
  const compiled = source === null ? null : compileAccessLogFormat(source);
  if (compiled !== null && !compiled.ok) throw new Error(compiled.detail);
  return { template: compiled?.value ?? null, fallbackPlace: { ...noPlace, ...place }, limits: defaultLimits };
}

const bytesOf = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));

export const unitOf = (text: UnitText): CountingUnit => ({
  id: text.id,
  feed: 'orders',
  kind: 'http',
  settings: settingsOf(text),
  content: [bytesOf(text.lines)],
});

function contentOf(text: UnitText) {
  const reader = createUnitReader(settingsOf(text));
  reader.push(bytesOf(text.lines));
  return reader.end();
}

/** A row in the words that must be right. */
export const wordsOf = ({ tsMs, apiId, stage, eventId, cause, detail, confidence, countedFrom }: RefusedRow): string =>
  [eventId, apiId, stage, tsMs, cause, detail, confidence, countedFrom].join(' ');

/** What these units say, worked out in one go without a store. */
export function truthOf(texts: readonly UnitText[], configOf: ConfigOf = () => null) {
  const contents = texts.map(contentOf);
  const facts: StoredFact[] = contents.flatMap((content) => content.facts);
  const rows = linked(facts)
    .flatMap((group) => judge(group, configOf))
    .map(({ record, verdict }) => refusedRowOf(record, verdict, { facts: 0, ruleSet: 0 }))
    .filter((row) => row !== null);
  return {
    rows: rows.map(wordsOf).sort(),
    requests: sumCounts(contents.flatMap((content) => content.counts)),
    facts: new Set(facts.map(({ factId }) => factId)),
  };
}

/** Facts that links connect, however far. */
function linked(facts: readonly StoredFact[]): StoredFact[][] {
  let groups: { links: Set<string>; facts: StoredFact[] }[] = [];
  for (const fact of facts) {
    const meets = groups.filter((group) => fact.links.some((link) => group.links.has(link)));
    const rest = groups.filter((group) => !meets.includes(group));
    const links = new Set([...meets.flatMap((group) => [...group.links]), ...fact.links]);
    groups = [...rest, { links, facts: [...meets.flatMap((group) => group.facts), fact] }];
  }
  return groups.map((group) => group.facts);
}
