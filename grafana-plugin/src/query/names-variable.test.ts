import { type Why403Query } from '../types';
import { namesVariable } from './names-variable';

const value = (text: string): Partial<Why403Query> => ({
  filters: [{ label: 'stage', operator: '=', values: [text] }],
});

const cases: Array<[string, Partial<Why403Query>, boolean]> = [
  ['a variable', value('$stage'), true],
  ['a variable in braces', value('x-${stage:csv}'), true],
  ['a variable in brackets', value('[[stage]]'), true],
  ['a variable to group by', { by: ['$label'] }, true],
  ['the default stage of an HTTP API', value('$default'), false],
  ['a route of a WebSocket API', value('$connect'), false],
  ['a greedy path', value('/items/{proxy+}'), false],
  ['plain text', value('prod'), false],
];

it.each(cases)('%s', (_, query, expected) => {
  expect(namesVariable({ refId: 'A', ...query })).toBe(expected);
});
