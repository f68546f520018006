import { describe, expect, it } from 'vitest';
import { isStageSelected } from '../../../../server/src/aws/discovery/stage-filters.js';
import { filtersOf, type StageSelection } from '../../../../server/src/sources/aws/stage-selection.js';

const stages = [
  { apiId: 'a1b2c3d4e5', apiName: 'orders-eu', stage: 'prod', tags: { team: 'shop' } },
  { apiId: 'a1b2c3d4e5', apiName: 'orders-eu', stage: 'dev', tags: { team: 'shop' } },
  { apiId: 'f6g7h8i9j0', apiName: 'pets', stage: 'prod', tags: { team: 'pets' } },
];
const all = ['orders-eu/prod', 'orders-eu/dev', 'pets/prod'];

describe('stages that are read', () => {
  it.each<[string, StageSelection | null, StageSelection | null, readonly string[]]>([
    ['nothing is said', null, null, all],
    ['an API by its id', { apis: ['a1b2c3d4e5'] }, null, ['orders-eu/prod', 'orders-eu/dev']],
    ['APIs by a pattern of names', { apis: ['orders-*'] }, null, ['orders-eu/prod', 'orders-eu/dev']],
    [
      'several of each',
      { apis: ['orders-*', 'pets'], stages: ['prod', 'test'] },
      null,
      ['orders-eu/prod', 'pets/prod'],
    ],
    ['a tag', { tags: { team: 'p*' } }, null, ['pets/prod']],
    ['all of it must fit', { apis: ['orders-*'], tags: { team: 'pets' } }, null, []],
    ['some are left out', null, { stages: ['dev*'] }, ['orders-eu/prod', 'pets/prod']],
    ['leaving out wins', { apis: ['orders-*'] }, { stages: ['dev'] }, ['orders-eu/prod']],
    ['left out is what fits all', null, { apis: ['pets'], stages: ['dev'] }, all],
  ])('%s', (_name, include, exclude, expected) => {
    const filters = filtersOf(include, exclude);
    const read = stages.filter((stage) => isStageSelected(stage, filters));
    expect(read.map(({ apiName, stage }) => `${apiName}/${stage}`)).toEqual(expected);
  });
});
