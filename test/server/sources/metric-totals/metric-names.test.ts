import { describe, expect, it } from 'vitest';
import type { ApiKind, Snapshot } from '../../../../server/src/aws/discovery/snapshot.js';
import { MetricNames } from '../../../../server/src/sources/metric-totals/metric-names.js';
import { snapshot, stage, takenMs } from '../../aws/discovery/examples.js';

const minute = 60_000;

/** What a look shows: REST APIs by id and name. */
const look = (minutes: number, names: Readonly<Record<string, string>> | null, kinds: Record<string, ApiKind> = {}) => {
  const rest = Object.keys(names ?? {}).map((apiId) => stage({ apiId }));
  const others = Object.entries(kinds).map(([apiId, apiKind]) => stage({ apiId, apiKind }));
  const found: Snapshot = snapshot({ takenMs: takenMs + minutes * minute, stages: [...rest, ...others] });
  if (names === null) return found;
  return { ...found, restApis: Object.entries(names).map(([apiId, name]) => ({ apiId, name })) };
};

function namesAfter(...looks: readonly Snapshot[]) {
  const names = new MetricNames();
  for (const each of looks) names.learn(each);
  /** `orders`, `?orders` while a later look may show another, `-` none, `2` shared. */
  return (apiId: string, minutes = 0): string => {
    const metric = names.metricOf({ apiId, stage: 'prod' }, takenMs + minutes * minute);
    if (metric.kind !== 'metric') return metric.kind === 'none' ? '-' : '2';
    const { ApiName, ApiId, Stage } = metric.dimensions;
    expect(Stage).toBe('prod');
    return `${metric.isCertain ? '' : '?'}${ApiName ?? `#${ApiId}`}`;
  };
}

describe('how CloudWatch calls a stage', () => {
  it('a REST API by its name, an HTTP API by its id, a WebSocket API and what nobody knows not at all', () => {
    const nameOf = namesAfter(
      look(-1, { rest000001: 'orders' }, { http000001: 'http', ws00000001: 'websocket' }),
      look(15, { rest000001: 'orders' }),
    );
    expect(nameOf('rest000001')).toBe('orders');
    expect(nameOf('http000001')).toBe('#http000001');
    expect(nameOf('ws00000001')).toBe('-');
    expect(nameOf('rest000009')).toBe('-');
  });

  it.each([
    ['orders api/2', 'orders api/2'],
    ['Größen', 'Gren'],
    ['注文', 'rest000001'],
    // Whether the space stays, nobody says.
    ['注文 orders', '-'],
    [':orders', '-'],
    ['a\tb', '-'],
    ['x'.repeat(1025), '-'],
  ])('%j: %j', (name, expected) => {
    expect(namesAfter(look(0, { rest000001: name }), look(15, { rest000001: name }))('rest000001')).toBe(expected);
  });

  it('two REST APIs of one name are added up there, also when one of them is not read, or differs only in what CloudWatch leaves out', () => {
    const nameOf = namesAfter(look(0, { rest000001: 'orders', rest000002: 'örders', rest000003: 'rders' }));
    expect(nameOf('rest000001')).toBe('?orders');
    expect(nameOf('rest000002')).toBe('2');
    expect(nameOf('rest000003')).toBe('2');
  });
});

describe('between two looks', () => {
  it('a name holds when both say so; while only one has been, it may turn out to be another', () => {
    const first = look(0, { rest000001: 'orders' });
    expect(namesAfter(first)('rest000001', 5)).toBe('?orders');
    expect(namesAfter(first, look(15, { rest000001: 'orders' }))('rest000001', 5)).toBe('orders');
    // The minute had not ended.
    expect(namesAfter(first, look(15, { rest000001: 'orders' }))('rest000001', 15)).toBe('?orders');
  });

  it('an API that was given another name: nobody knows when', () => {
    const nameOf = namesAfter(
      look(0, { rest000001: 'orders' }),
      look(15, { rest000001: 'orders' }),
      look(30, { rest000001: 'shop' }),
      look(45, { rest000001: 'shop' }),
    );
    expect([10, 20, 31].map((minutes) => nameOf('rest000001', minutes))).toEqual(['orders', '-', 'shop']);
  });

  it('a second API of the name came or went: its requests may be among them', () => {
    const came = namesAfter(
      look(0, { rest000001: 'orders' }),
      look(15, { rest000001: 'orders', rest000002: 'orders' }),
      look(30, { rest000002: 'orders' }),
      look(45, { rest000002: 'orders' }),
    );
    expect(came('rest000001', 5)).toBe('2');
    expect(came('rest000002', 20)).toBe('2');
    expect(came('rest000002', 31)).toBe('orders');
    // Replaced: the old one and the new one in one minute.
    const replaced = namesAfter(look(0, { rest000001: 'orders' }), look(15, { rest000002: 'orders' }));
    expect(replaced('rest000001', 5)).toBe('2');
  });

  it('before the first look names are taken to have been as it shows them', () => {
    expect(namesAfter(look(0, { rest000001: 'orders' }))('rest000001', -300)).toBe('orders');
  });

  it('a look that could not read the names changes nothing', () => {
    const nameOf = namesAfter(look(0, { rest000001: 'orders' }), look(15, null), look(30, { rest000001: 'orders' }));
    expect(nameOf('rest000001', 20)).toBe('orders');
    expect(namesAfter(look(0, null))('rest000001')).toBe('-');
  });

  it('remembers a day, however often names change', () => {
    const names = new MetricNames();
    for (let i = 0; i <= 200; i++) names.learn(look(i * 15, { rest000001: `orders-${i}` }));
    const at = (minutes: number) => names.metricOf({ apiId: 'rest000001', stage: 'prod' }, takenMs + minutes * minute);
    expect(at(200 * 15)).toMatchObject({ dimensions: { ApiName: 'orders-200' } });
    // Of the oldest that is kept.
    expect(at(0)).toMatchObject({ dimensions: { ApiName: 'orders-96' } });
  });
});
