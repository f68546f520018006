import { expect, it } from 'vitest';
import {
  isStageSelected,
  mayHaveSelected,
  type StageFilters,
} from '../../../../server/src/aws/discovery/stage-filters.js';

const prod = { apiId: 'a1b2c3', apiName: 'shop-orders', stage: 'prod', tags: { team: 'shop', env: 'prod' } };

it.each<[string, Partial<StageFilters>, boolean, boolean]>([
  ['no filter', {}, true, true],
  ['its id', { include: [{ apiId: 'a1b2c3' }] }, true, true],
  ['another id', { include: [{ apiId: 'x9y8z7' }] }, false, false],
  ['a pattern of names', { include: [{ apiName: 'shop-*' }] }, true, true],
  ['a pattern of other names', { include: [{ apiName: '*-shop' }] }, false, false],
  ['name and stage', { include: [{ apiName: 'shop-*', stage: 'prod' }] }, true, true],
  ['name and another stage', { include: [{ apiName: 'shop-*', stage: 'dev' }] }, false, true],
  ['one of several', { include: [{ stage: 'dev' }, { tags: { team: 'sh?p' } }] }, true, true],
  ['a tag with another value', { include: [{ tags: { team: 'web' } }] }, false, true],
  ['a tag that is not there', { include: [{ tags: { owner: '*' } }] }, false, true],
  ['all tags, one of them not fitting', { include: [{ tags: { team: 'shop', env: 'dev' } }] }, false, true],
  ['a name that objects have', { include: [{ tags: { constructor: '*' } }] }, false, true],
  ['its API left out', { exclude: [{ apiName: '*orders' }] }, false, false],
  ['its stage left out', { exclude: [{ stage: 'prod' }] }, false, true],
  ['its tag left out', { exclude: [{ tags: { env: 'prod' } }] }, false, true],
  ['another stage left out', { exclude: [{ stage: 'dev' }] }, true, true],
  ['included and left out', { include: [{ apiId: 'a1b2c3' }], exclude: [{ stage: 'pro?' }] }, false, true],
])('%s', (_, filters, isSelected, isAsked) => {
  const whole = { include: [], exclude: [], ...filters };
  expect(isStageSelected(prod, whole)).toBe(isSelected);
  expect(mayHaveSelected(prod, whole)).toBe(isAsked);
});
