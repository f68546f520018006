import { describe, expect, it } from 'vitest';
import { isSelected } from '../../../server/src/query/is-selected.js';
import type { EventFilter } from '../../../server/src/query/query.js';

const labels = { api_id: 'orders', stage: 'prod' };

describe('a filter on labels at hand', () => {
  it.each<[string, EventFilter, boolean]>([
    ['nothing asked', {}, true],
    ['one of', { stage: { in: ['test', 'prod'] } }, true],
    ['none of these', { stage: { in: ['test'] } }, false],
    ['nothing at all', { stage: { in: [] } }, false],
    ['not one of', { stage: { notIn: ['prod'] } }, false],
    ['another one', { stage: { notIn: ['test'] } }, true],
    ['both, against each other', { stage: { in: ['prod'], notIn: ['prod'] } }, false],
    ['both labels, one of them wrong', { stage: { in: ['prod'] }, api_id: { in: ['media'] } }, false],
    ['a label that is not looked at', { cause: { in: ['waf_blocked'] } }, true],
    ['an inherited name', Object.create({ stage: { in: ['test'] } }), true],
  ])('%s', (_, filter, selected) => {
    expect(isSelected(labels, ['api_id', 'stage'], filter)).toBe(selected);
  });
});
