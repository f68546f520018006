import { describe, expect, it } from 'vitest';
import { eventIdOf } from '../../../parsers/src/assemble/index.js';
import { access, assemble, execution, lines, shortId, uuid, waf } from './evidence.js';

describe('event id', () => {
  it('is the first half of the SHA-256 of x: and the extended id', () => {
    // printf 'x:Kx00000000001EQ=' | sha256sum
    expect(eventIdOf({ extendedRequestId: shortId(1) })).toBe('8000e5422befd196fa6e666fbdd748cc');
  });

  it('is made of the first line and its ordinal when there is no extended id', () => {
    // printf 'l:a line\n#0' | sha256sum
    expect(eventIdOf({ firstLine: 'a line', cloudWatchEventId: null, ordinal: 0 })).toBe(
      'e49a3f94b1ae552bbdcc8c592e41a654',
    );
  });

  it.each([
    ['the next of equal lines', { firstLine: 'a line', cloudWatchEventId: null, ordinal: 1 }],
    ['the same line as a CloudWatch event', { firstLine: 'a line', cloudWatchEventId: 'ev-1', ordinal: 0 }],
    ['the same line as another CloudWatch event', { firstLine: 'a line', cloudWatchEventId: 'ev-2', ordinal: 0 }],
    ['a line that ends like an ordinal', { firstLine: 'a line\n#0', cloudWatchEventId: null, ordinal: 0 }],
    ['an extended id that reads like a line', { extendedRequestId: 'a line\n#0' }],
  ])('differs for %s', (_, identity) => {
    expect(eventIdOf(identity)).not.toBe(eventIdOf({ firstLine: 'a line', cloudWatchEventId: null, ordinal: 0 }));
  });

  it('does not change when api, stage and time become known', () => {
    const [bare] = assemble([access(1, { requestId: uuid(1), extendedRequestId: shortId(1) })]);
    const [placed] = assemble([
      access(
        9,
        { requestId: uuid(1), extendedRequestId: shortId(1) },
        { status: '403', apiId: 'q1w2e3r4t5', stage: 'live', requestTimeEpoch: '1773478800000' },
      ),
    ]);
    expect(placed?.eventId).toBe(bare?.eventId);
  });

  it('does not depend on which source of the request came first', () => {
    const both = [access(1, { extendedRequestId: shortId(1) }), waf(2, shortId(1))];
    expect(assemble(both)[0]?.eventId).toBe(assemble(both.toReversed())[0]?.eventId);
  });

  it('does not change when an execution log adds the extended id to an access line that has none', () => {
    const alone = access(1, { requestId: uuid(1) }, { status: '403' });
    const log = execution(2, [
      [uuid(1), lines.extendedId(shortId(1))],
      [uuid(1), lines.completed(403)],
    ]);
    const [joined] = assemble([alone, ...log]);
    expect(joined?.extendedRequestId).toBe(shortId(1));
    expect(joined?.eventId).toBe(assemble([alone])[0]?.eventId);
  });

  it('tells equal lines apart by their order', () => {
    const [first, second] = assemble([access(1, { requestId: uuid(1) }), access(2, { requestId: uuid(1) })]);
    expect(first?.eventId).not.toBe(second?.eventId);
  });

  it('gives equal lines the same ids in a second reading', () => {
    const unit = [access(1, {}), access(2, {}), access(3, {})];
    expect(assemble(unit).map((r) => r.eventId)).toEqual(assemble(unit).map((r) => r.eventId));
    expect(new Set(assemble(unit).map((r) => r.eventId)).size).toBe(3);
  });

  it('is the same for a CloudWatch event read beside other equal lines or alone', () => {
    const event = (eventId: string, line: number) => access(line, {}, { status: '403' }, { entry: { eventId } });
    const [, second] = assemble([event('ev-1', 1), event('ev-2', 2)]);
    expect(assemble([event('ev-2', 7)])[0]?.eventId).toBe(second?.eventId);
  });

  it('tells apart two requests that begin in one entry', () => {
    const whole = { text: 'two requests in one text', eventId: 'ev-1' };
    const log = execution(1, [lines.usagePlan, lines.completed(403), lines.usagePlan, lines.completed(403)], whole);
    const shared = log.map(({ facts }) => ({ entry: (log[0] as (typeof log)[0]).entry, facts }));
    const ids = assemble(shared).map((record) => record.eventId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });
});
