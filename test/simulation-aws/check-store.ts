import { totalLabelNames } from '../../server/src/query/query.js';
import type { EventReader, StoredEvent } from '../../server/src/store/event-store.js';
import { account, type Request, region, streams, type WrittenLine } from './traffic.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const eventsPerPage = 2_000;

/** What a collector has promised of a log group, by the time of its events. */
export interface Promised {
  /** All before was read once, at the earliest when it had settled. */
  readonly readToMs: number;
  /** All before was read for the last time. */
  readonly finalToMs: number;
}

export interface Look {
  readonly store: EventReader;
  readonly requests: readonly Request[];
  /** Of request time; whole minutes. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
  readonly promised: (group: string) => Promised;
  /** Whatever was visible then is in the first reading of a line of that time. */
  readonly settledMs: (atMs: number) => number;
}

/** What is stored that should not be, or is missing: empty when all is as promised. At most some of each kind. */
export async function findLies(look: Look): Promise<string[]> {
  return [...(await wrongTotals(look)), ...(await wrongRows(look))];
}

const requestsIn = ({ requests, fromMs, untilMs }: Look, aroundMs = 0): Request[] =>
  requests.filter(({ timeMs }) => timeMs >= fromMs - aroundMs && timeMs < untilMs + aroundMs);

const isSure = ({ promised, settledMs }: Look, { group, atMs, visibleAtMs }: WrittenLine): boolean =>
  atMs < promised(group).readToMs && visibleAtMs <= settledMs(atMs);

const isFinal = ({ promised }: Look, { group, atMs }: WrittenLine): boolean => atMs < promised(group).finalToMs;

/**
 * At least what was certainly read, at most what can be seen: the same where it is final. An hour of a stage without any access line counts
 * from the other logs, by the labels and the times that these have: it has as many requests as they tell of, at most.
 */
async function wrongTotals(look: Look): Promise<string[]> {
  const { store, fromMs, untilMs, nowMs } = look;
  const least = new Map<string, number>();
  const most = new Map<string, number>();
  const hoursWithAccess = new Set<string>();
  const mostOfHour = new Map<string, number>();
  for (const request of requestsIn(look)) {
    const { access, timeMs, apiId, stage, route, method } = request;
    const minute = Math.floor(timeMs / minuteMs);
    const key = JSON.stringify([minute, account, region, apiId, stage, route, method]);
    if (access.visibleAtMs <= nowMs) add(most, key);
    if (isSure(look, access) || isFinal(look, access)) {
      add(least, key);
      hoursWithAccess.add(hourOf(timeMs, apiId));
    }
    const visible = linesOf(request).filter(({ visibleAtMs }) => visibleAtMs <= nowMs);
    if (visible.length === 0) continue;
    // Until its access line has been read, lines may count at their own times.
    const others = isFinal(look, access) ? [] : visible;
    const times = [timeMs, ...others.map(({ atMs }) => atMs)];
    for (const hour of new Set(times.map((atMs) => hourOf(atMs, apiId)))) add(mostOfHour, hour);
  }
  const range = { fromMs, toMs: untilMs };
  const by = totalLabelNames;
  const { sets, omittedSets } = await store.readCells({
    ...range,
    metric: 'requests',
    stepMs: minuteMs,
    by,
    filter: {},
    limit: 10_000,
    nowMs,
  });
  const stored = new Map<string, number>();
  for (const { labels, buckets } of sets) {
    for (const [minute, count] of buckets) {
      stored.set(JSON.stringify([minute, ...by.map((name) => labels[name])]), count);
    }
  }
  // After the watermark of its stage a number is none yet.
  const isComplete = ({ atMs, apiId }: StageMinute): boolean => atMs + minuteMs <= completeUntilMs(look, apiId);
  const wrong = omittedSets > 0 ? [`${omittedSets} sets of labels too many`] : [];
  const storedOfHour = new Map<string, number>();
  for (const [key, count] of stored) {
    const { atMs, apiId } = stageMinuteOf(key);
    add(storedOfHour, hourOf(atMs, apiId), count);
  }
  for (const key of new Set([...stored.keys(), ...least.keys()])) {
    const at = stageMinuteOf(key);
    if (!isComplete(at)) continue;
    const [count, low, high] = [stored, least, most].map((each) => each.get(key) ?? 0) as [number, number, number];
    if (count >= low && count <= high) continue;
    const hour = hourOf(at.atMs, at.apiId);
    if (hoursWithAccess.has(hour) || (storedOfHour.get(hour) ?? 0) > (mostOfHour.get(hour) ?? 0))
      wrong.push(`${told(key)}: ${count} requests are counted, not ${low} to ${high}`);
  }
  return few(wrong);
}

interface StageMinute {
  readonly atMs: number;
  readonly apiId: string;
}

/** Of a key of totals. */
function stageMinuteOf(key: string): StageMinute {
  const [minute, , , apiId] = JSON.parse(key) as [number, string, string, string];
  return { atMs: minute * minuteMs, apiId };
}

/** Names the hour of a stage; each API has one here. */
const hourOf = (atMs: number, apiId: string): string => `${Math.floor(atMs / hourMs)} ${apiId}`;

/** A stage is read as far as the slowest of its groups. */
const completeUntilMs = ({ promised }: Look, apiId: string): number =>
  Math.min(
    ...Object.values(streams)
      .filter((stream) => stream.apiId === apiId)
      .map(({ group }) => promised(group).readToMs),
  );

const told = (key: string): string => {
  const [minute, ...labels] = JSON.parse(key) as [number, ...string[]];
  return `${new Date(minute * minuteMs).toISOString()} ${labels.join(' ')}`;
};

/**
 * Each refusal once; its verdict that of all its lines where they are final. Before, lines that nothing links yet may stand as requests of
 * their own, which no count takes where there are access logs.
 */
async function wrongRows(look: Look): Promise<string[]> {
  const { nowMs } = look;
  const wrong: string[] = [];
  // Until its access line is there, a request stands under the time of another line.
  const around = requestsIn(look, minuteMs);
  const byId = new Map(around.flatMap((each) => [each.requestId, each.extendedRequestId].map((id) => [id, each])));
  byId.delete('');
  const stored = new Map<Request, StoredEvent>();
  for await (const event of eventsOf(look)) {
    const request = byId.get(event.requestId) ?? byId.get(event.extendedRequestId);
    if (request === undefined)
      wrong.push(`${event.requestId} (${rowOf(event)}) is no request ${JSON.stringify(event)}`);
    else if (stored.has(request) && (event.countedFrom === 'access' || isAllFinal(look, request))) {
      wrong.push(`${tell(request)} is stored as ${rowOf(event)}, and as ${rowOf(stored.get(request) as StoredEvent)}`);
    } else if (event.countedFrom === 'access' || isAllFinal(look, request)) stored.set(request, event);
    else if (!linesOf(request).some(({ visibleAtMs }) => visibleAtMs <= nowMs))
      wrong.push(`${tell(request)} cannot be known yet`);
  }
  for (const request of requestsIn(look)) {
    const { refusal, access } = request;
    const row = stored.get(request);
    if (row === undefined) {
      if (refusal !== null && (isSure(look, access) || isFinal(look, access)))
        wrong.push(`${tell(request)} is missing`);
    } else if (refusal === null) wrong.push(`${tell(request)} is stored as refused`);
    else if (isAllFinal(look, request) && rowOf(row) !== expectedRow(request)) {
      wrong.push(`${tell(request)} is stored as ${rowOf(row)}, not as ${expectedRow(request)}`);
    }
  }
  return few(wrong);
}

const linesOf = ({ access, others }: Request): readonly WrittenLine[] => [access, ...others];

const isAllFinal = (look: Look, request: Request): boolean => linesOf(request).every((line) => isFinal(look, line));

const tell = ({ requestId, access }: Request): string => `${new Date(access.atMs).toISOString()} ${requestId}`;

const rowOf = ({ tsMs, apiId, stage, method, route, status, countedFrom, cause, culprit }: StoredEvent): string =>
  [tsMs, apiId, stage, method, route, status, countedFrom, cause, culprit].join(' ');

const expectedRow = ({ timeMs, apiId, stage, method, route, refusal }: Request): string =>
  [timeMs, apiId, stage, method, route, 403, 'access', refusal?.cause, refusal?.culprit].join(' ');

async function* eventsOf({ store, fromMs, untilMs }: Look): AsyncGenerator<StoredEvent, void, undefined> {
  let cursor = null;
  do {
    const range = { fromMs, toMs: untilMs };
    const page = await store.readEvents({ ...range, filter: {}, limit: eventsPerPage, cursor });
    yield* page.events;
    cursor = page.next;
  } while (cursor !== null);
}

const add = (counts: Map<string, number>, key: string, count = 1): void =>
  void counts.set(key, (counts.get(key) ?? 0) + count);

function few(wrong: readonly string[]): string[] {
  const most = 5;
  return wrong.length <= most ? [...wrong] : [...wrong.slice(0, most), `… and ${wrong.length - most} more`];
}
