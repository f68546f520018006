import { expect, it } from 'vitest';
import { unknownRatio } from '../../../server/src/query/unknown-ratio.js';

it.each([
  ['nothing was refused', 0, 0, 0],
  ['one refusal at night, unknown: no reason to ring', 1, 1, 0.05],
  ['twenty are enough to tell', 10, 20, 0.5],
  ['all of many', 300, 300, 1],
])('the unknown ratio where %s', (_, unknown, refused, ratio) => {
  expect(unknownRatio(unknown, refused)).toBe(ratio);
});
