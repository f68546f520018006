import { type LabelFilter } from '../types';
import { addFilterValue, filterParams } from './filters';

const is = (label: string, ...values: string[]): LabelFilter => ({
  label,
  operator: values.length > 1 ? '=|' : '=',
  values,
});
const isNot = (label: string, ...values: string[]): LabelFilter => ({
  label,
  operator: values.length > 1 ? '!=|' : '!=',
  values,
});

describe('addFilterValue', () => {
  const cases: Array<[string, LabelFilter[], [string, string, boolean], LabelFilter[]]> = [
    ['for a value', [], ['cause', 'a', false], [is('cause', 'a')]],
    ['out a value', [], ['cause', 'a', true], [isNot('cause', 'a')]],
    ['for another value narrows to it', [is('cause', 'a', 'b')], ['cause', 'c', false], [is('cause', 'c')]],
    ['out another value leaves out both', [isNot('cause', 'a')], ['cause', 'b', true], [isNot('cause', 'a', 'b')]],
    [
      'for what was left out',
      [isNot('cause', 'a', 'b')],
      ['cause', 'a', false],
      [isNot('cause', 'b'), is('cause', 'a')],
    ],
    ['out what was asked for', [is('cause', 'a')], ['cause', 'a', true], [isNot('cause', 'a')]],
    ['twice is once', [is('cause', 'a')], ['cause', 'a', false], [is('cause', 'a')]],
    ['other labels stay', [is('stage', 'a')], ['cause', 'a', true], [is('stage', 'a'), isNot('cause', 'a')]],
  ];
  it.each(cases)('%s', (_, filters, [label, value, negative], expected) => {
    expect(addFilterValue(filters, label, value, negative)).toEqual(expected);
  });
});

describe('filterParams', () => {
  const cases: Array<[string, LabelFilter[], Record<string, string[]> | undefined]> = [
    ['none', [], {}],
    ['is and is not', [is('cause', 'a', 'b'), isNot('stage', 'test')], { cause: ['a', 'b'], 'not.stage': ['test'] }],
    ['two on a label: what they have in common', [is('cause', 'a', 'b'), is('cause', 'b', 'c')], { cause: ['b'] }],
    ['two that leave out: all of both', [isNot('cause', 'a'), isNot('cause', 'b')], { 'not.cause': ['a', 'b'] }],
    ['two that exclude each other: nothing can match', [is('cause', 'a'), is('cause', 'b')], undefined],
    ['All says nothing', [is('cause', '$__all')], {}],
  ];
  it.each(cases)('%s', (_, filters, expected) => {
    expect(filterParams(filters)).toEqual(expected);
  });
});
