import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dimensionNames, type EventFilter, labelNames, totalLabelNames } from '../../../../server/src/query/query.js';
import { quoteColumn } from '../../../../server/src/store/read/column.js';
import { compileRefused, compileRequests } from '../../../../server/src/store/read/counted-statement.js';
import { compileDoubts, compileStageRefused } from '../../../../server/src/store/read/coverage-statement.js';
import {
  compileEventKeys,
  compileKeysById,
  compileNewEventKeys,
} from '../../../../server/src/store/read/event-statement.js';
import { compileDelivered } from '../../../../server/src/store/read/feed-statement.js';
import {
  compileKnownSince,
  compileNewestSeen,
  compileSeen,
} from '../../../../server/src/store/read/first-seen-statement.js';
import { compileLabelValues } from '../../../../server/src/store/read/label-statement.js';
import type { Statement } from '../../../../server/src/store/read/statement.js';
import { hostile, marker } from '../../../support/hostile-values.js';

const settings = { seed: 403, numRuns: 300 };
const columns = [...labelNames, ...dimensionNames];

const value = hostile('orders');
const entry = fc.record(
  { in: fc.array(value, { maxLength: 4 }), notIn: fc.array(value, { maxLength: 4 }) },
  { requiredKeys: [] },
);
/** Some filters for columns that there are, and names that an attacker would like to be columns. */
const filter = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...columns), entry, { maxKeys: 6 }),
    fc.dictionary(fc.oneof(value, fc.constantFrom('__proto__', 'constructor', 'ts', 'cancelled')), entry, {
      maxKeys: 3,
    }),
  )
  .map(([known, unknown]) => ({ ...unknown, ...known }) as EventFilter);

const range = { fromMs: 1_000_000, toMs: 2_000_000 };
const counted = { range, stepMs: 60_000, by: labelNames, limit: 3, nowMs: 5, kinds: 'first_of_hour' } as const;

const statementsOf = (filter: EventFilter, id: string): Statement[] => [
  compileRefused({ ...counted, filter }),
  compileRequests({ ...counted, by: totalLabelNames, filter, only: [[id, id, id, id, id, id]] }),
  compileDelivered(range, filter, 5),
  compileEventKeys(range, { filter, cursor: { tsMs: 7, eventId: id } }, 3),
  compileStageRefused({ ...range, filter, nowMs: 5, kinds: 'first_of_hour' }),
  compileDoubts({ ...range, filter, limit: 3, nowMs: 5, kinds: 'access' }),
  compileNewEventKeys({ afterMs: 5, afterEventId: id, filter, limit: 3 }),
  compileKeysById(id, 3),
  compileLabelValues('stage', { ...range, filter, limit: 3 }),
  compileSeen({ range, filter, least: 3, limit: 3, nowMs: 5, kinds: 'first_of_hour', versions: 'standing' }),
  compileNewestSeen({ range, filter }),
  compileKnownSince(range, filter, 5),
];

/** The same filter with harmless values. */
const tamed = (filter: EventFilter): EventFilter =>
  Object.fromEntries(
    columns.flatMap((column) => {
      const asked = Object.hasOwn(filter, column) ? filter[column] : undefined;
      if (asked === undefined) return [];
      return [[column, { ...(asked.in && { in: ['x'] }), ...(asked.notIn && { notIn: ['x'] }) }]];
    }),
  );

describe('hostile names and values', () => {
  it('never change the SQL: it is that of a harmless filter on the same columns', () => {
    fc.assert(
      fc.property(filter, value, (filter, id) => {
        const statements = statementsOf(filter, id);
        const harmless = statementsOf(tamed(filter), 'x');
        expect(statements.map((each) => each.sql)).toEqual(harmless.map((each) => each.sql));
        for (const { sql } of statements) expect(sql).not.toContain(marker);
      }),
      settings,
    );
  });

  it('stay what they are as parameters, under names of ours', () => {
    fc.assert(
      fc.property(filter, value, (filter, id) => {
        for (const { sql, params } of statementsOf(filter, id)) {
          for (const name of Object.keys(params)) expect(sql).toContain(`{${name}:`);
          for (const column of columns) {
            const asked = Object.hasOwn(filter, column) ? filter[column] : undefined;
            if (`${column}_in` in params) expect(params[`${column}_in`]).toEqual(asked?.in);
            if (`${column}_not_in` in params) expect(params[`${column}_not_in`]).toEqual(asked?.notIn);
          }
        }
      }),
      settings,
    );
  });

  it('a name that is neither label nor dimension never becomes SQL', () => {
    fc.assert(
      fc.property(value, (name) => {
        fc.pre(!(columns as string[]).includes(name));
        expect(() => quoteColumn(name as never)).toThrow(TypeError);
        expect(() => compileRefused({ ...counted, filter: {}, by: [name as never] })).toThrow(TypeError);
        expect(() => compileLabelValues(name as never, { ...range, filter: {}, limit: 1 })).toThrow(TypeError);
      }),
      settings,
    );
  });
});
