import { describe, expect, it } from 'vitest';
import { createHistory, type History, type Past } from '../../../server/src/spikes/history.js';
import { hourMs, minuteMs } from '../../../server/src/spikes/rules.js';
import { at, madeTraffic, msOf, raised, startMs } from './made-traffic.js';
import { recordingStore } from './recording-store.js';
import { readThriftily } from './thrifty-store.js';

const firstHour = startMs / hourMs;
const hourOf = (day: number, hour: number): number => firstHour + day * 24 + hour;

/** 10 requests a minute, of which 1 is refused; on the second day at noon 4 more for half an hour. */
const refused = { waf_blocked: raised(1, 4, at(1, 12), at(1, 12, 30)) };
const traffic = madeTraffic(3, { requests: () => 10, refused });
const untilMs = msOf(at(2, 0));

function open(completeUntilMs?: number, bounds: { maxKeys?: number; maxNumbers?: number } = {}) {
  const store = recordingStore(traffic, completeUntilMs);
  const history = createHistory({ store, maxKeys: 100, maxNumbers: 100_000, ...bounds });
  return { store, history };
}
const read = (history: History, from: number, to: number, nowMs = untilMs): Promise<Past> =>
  history.read(from, to, nowMs);

const withoutReadings = ({ hours, ...past }: Past) => ({
  ...past,
  hours: hours.map(({ reading: _, ...hour }) => hour),
});

describe('past hours', () => {
  it('are told by stage and by cause, each hour for itself', async () => {
    const { hours, keys, stages } = await read(open().history, hourOf(1, 10), hourOf(1, 14));
    expect(keys.items.map(({ labels }) => labels.cause)).toEqual(['waf_blocked']);
    expect(stages.items.map(({ api_id }) => api_id)).toEqual(['orders']);
    expect(hours.map((hour) => hour.levelOf(0))).toEqual([5, 5, 15, 5]);
    expect(hours.map((hour) => hour.requestsOf(0))).toEqual([600, 600, 600, 600]);
    expect(hours.map((hour) => hour.acceptedOf(0))).toEqual([540, 540, 420, 540]);
  });

  it('are the same in whatever parts they are read', async () => {
    const whole = withoutReadings(await read(open().history, hourOf(1, 0), hourOf(1, 24)));
    const { history } = open();
    for (const [from, to] of [
      [13, 14],
      [10, 15],
      [0, 24],
    ] as const) {
      await read(history, hourOf(1, from), hourOf(1, to));
    }
    expect(withoutReadings(await read(history, hourOf(1, 0), hourOf(1, 24)))).toEqual(whole);
  });

  it('that were read as refusals only had requests, and nobody knows how many were accepted', async () => {
    const isThrifty = (ms: number) => ms >= msOf(at(1, 11, 59)) && ms < msOf(at(1, 13));
    const store = readThriftily(recordingStore(traffic), isThrifty);
    const history = createHistory({ store, maxKeys: 100, maxNumbers: 100_000 });
    const { hours } = await read(history, hourOf(1, 10), hourOf(1, 14));
    expect(hours.map((hour) => hour.levelOf(0))).toEqual([5, 5, 15, 5]);
    expect(hours.map((hour) => hour.requestsOf(0) > 0)).toEqual([true, true, true, true]);
    expect(hours.map((hour) => hour.acceptedOf(0))).toEqual([540, Number.NaN, Number.NaN, 540]);
  });

  it('before all traffic are there, and empty', async () => {
    const { hours } = await read(open().history, firstHour - 3, firstHour);
    expect(hours.map((hour) => hour.requestsOf(0))).toEqual([0, 0, 0]);
  });
});

describe('what is kept of them', () => {
  it('is not read again, and only what is missing is', async () => {
    const { store, history } = open();
    await read(history, hourOf(1, 0), hourOf(1, 20));
    store.asked();
    await read(history, hourOf(1, 5), hourOf(1, 20));
    expect(store.asked()).toEqual([]);
    await read(history, hourOf(1, 5), hourOf(1, 21));
    expect(store.asked().map(({ metric, fromMs }) => `${metric} ${(fromMs - msOf(at(1, 0))) / minuteMs}`)).toEqual([
      // Twenty minutes more, to tell bursts from what lasts.
      `count ${20 * 60 - 20}`,
      `requests ${20 * 60}`,
    ]);
  });

  it('is read once for all who ask at the same time', async () => {
    const { store, history } = open();
    await Promise.all([0, 0, 2].map((from) => read(history, hourOf(1, from), hourOf(1, 20))));
    expect(store.asked()).toHaveLength(2);
  });

  it('of a long range lets who asks for an hour in between', async () => {
    const { history } = open();
    let isLongRead = false;
    const long = read(history, hourOf(-60, 0), hourOf(2, 0)).then((past) => {
      isLongRead = true;
      return past;
    });
    const short = await read(history, hourOf(1, 12), hourOf(1, 13));
    expect(isLongRead).toBe(false);
    expect(short.hours[0]?.levelOf(0)).toBe(15);
    expect((await long).hours[61 * 24 + 12]?.levelOf(0)).toBe(15);
  });

  it('is told to who still reads by the names it began with, though all is forgotten meanwhile', async () => {
    const { store, history } = open(undefined, { maxKeys: 1 });
    const named = (api: string) => madeTraffic(3, { api, requests: () => 10, refused: { waf_blocked: () => 1 } });
    for (const [hour, api] of ['a', 'b'].entries()) {
      store.change(named(api));
      await read(history, hourOf(0, hour), hourOf(0, hour + 1));
    }
    const long = read(history, hourOf(-60, 0), hourOf(2, 0));
    store.change(named('c'));
    await read(history, hourOf(0, 2), hourOf(0, 3));
    const anew = await read(history, hourOf(1, 0), hourOf(1, 1));
    expect(anew.keys.items.map(({ labels }) => labels.api_id)).toEqual(['c']);
    const { hours, keys } = await long;
    expect(keys.items.map(({ labels }) => labels.api_id)).toEqual(['a', 'b', 'c']);
    expect(hours.slice(60 * 24, 60 * 24 + 3).map((hour) => [0, 1, 2].map((key) => hour.levelOf(key)))).toEqual([
      [5, 0, 0],
      [0, 5, 0],
      [0, 0, 5],
    ]);
    expect(hours.at(-1)?.levelOf(2)).toBe(5);
  });

  it('is read again once it is half as old again as it was, for late evidence', async () => {
    const { store, history } = open();
    const readAtMs = msOf(at(2, 0));
    await read(history, hourOf(1, 19), hourOf(1, 20), readAtMs);
    store.asked();
    await read(history, hourOf(1, 19), hourOf(1, 20), readAtMs + 2 * hourMs - 1);
    expect(store.asked()).toEqual([]);
    await read(history, hourOf(1, 19), hourOf(1, 20), readAtMs + 2 * hourMs);
    expect(store.asked()).toHaveLength(2);
  });

  it('of an hour that some stage has not completed is read again a minute later', async () => {
    const half = msOf(at(1, 12, 30));
    const { store, history } = open(half);
    await read(history, hourOf(1, 10), hourOf(1, 14));
    store.asked();
    store.change(traffic);
    await read(history, hourOf(1, 10), hourOf(1, 14), untilMs + minuteMs);
    const asked = store.asked().filter(({ metric }) => metric === 'requests');
    expect(asked.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[msOf(at(1, 12)), msOf(at(1, 14))]]);
  });

  it('of hours in which nothing is known yet is read again a minute later: a feed may be behind', async () => {
    const empty = madeTraffic(3, { requests: () => 0, refused: {} });
    const { store, history } = open();
    store.change(empty);
    await read(history, hourOf(1, 10), hourOf(1, 14));
    store.change(traffic);
    const { hours } = await read(history, hourOf(1, 10), hourOf(1, 14), untilMs + minuteMs);
    expect(hours.every((hour) => hour.requestsOf(0) === 600)).toBe(true);
  });

  it('is bounded: the hours that were not asked for longest go first', async () => {
    // Five numbers an hour.
    const { store, history } = open(undefined, { maxNumbers: 50 });
    await read(history, hourOf(1, 0), hourOf(1, 8));
    await read(history, hourOf(1, 20), hourOf(1, 22));
    await read(history, hourOf(1, 6), hourOf(1, 8));
    await read(history, hourOf(2, 0) - 1, hourOf(2, 0));
    store.asked();
    await read(history, hourOf(1, 6), hourOf(1, 8));
    await read(history, hourOf(1, 20), hourOf(1, 22));
    expect(store.asked()).toEqual([]);
    await read(history, hourOf(1, 0), hourOf(1, 1));
    expect(store.asked()).toHaveLength(2);
  });

  it('is forgotten when too many names have come and gone', async () => {
    const { store, history } = open(undefined, { maxKeys: 2 });
    for (const i of [1, 2, 3, 4, 5]) {
      store.change(madeTraffic(3, { api: `api-${i}`, requests: () => 10, refused: { waf_blocked: () => 1 } }));
      await read(history, hourOf(1, i), hourOf(1, i + 1));
    }
    const { keys } = await read(history, hourOf(1, 6), hourOf(1, 7));
    expect(keys.items.map(({ labels }) => labels.api_id)).toEqual(['api-5']);
  });

  it('survives a store that is away for a moment', async () => {
    const { store, history } = open();
    const { readCells } = store;
    store.readCells = () => Promise.reject(new Error('away'));
    await expect(read(history, hourOf(1, 0), hourOf(1, 2))).rejects.toThrow('away');
    store.readCells = readCells;
    expect((await read(history, hourOf(1, 0), hourOf(1, 2))).hours).toHaveLength(2);
  });
});
