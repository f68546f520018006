import { describe, expect, it } from 'vitest';
import { changedBy, configAt } from '../../../server/src/pipeline/config-at.js';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 4, 14, 12);
const taken = (content: string, atMs: number) => ({ content, takenMs: noon + atMs });

describe('the snapshot that a request is judged by', () => {
  it.each<[string, readonly ReturnType<typeof taken>[], ReturnType<typeof configAt>]>([
    ['none', [], null],
    [
      'the newest before it',
      [taken('a', -20 * minute), taken('b', -7 * minute)],
      { content: 'b', ageMs: 7 * minute, orElse: null },
    ],
    ['one of its own millisecond', [taken('a', 0)], { content: 'a', ageMs: 0, orElse: null }],
    [
      'the first after it, when there is none before',
      [taken('a', 30 * minute), taken('b', 40 * minute)],
      { content: 'a', ageMs: 30 * minute, orElse: null },
    ],
    ['none that came more than an hour later', [taken('a', hour + 1)], null],
    ['none of hours ago', [taken('a', -7 * hour)], null],
    [
      'an old one that was found unchanged since is not old',
      [taken('a', -5 * hour), taken('a', minute)],
      { content: 'a', ageMs: 0, orElse: null },
    ],
    [
      'an old one that nobody confirmed is old',
      [taken('a', -5 * hour)],
      { content: 'a', ageMs: 5 * hour, orElse: null },
    ],
    [
      'one before a change: the other state may have been in force',
      [taken('a', -8 * minute), taken('b', 2 * minute)],
      { content: 'a', ageMs: 8 * minute, orElse: 'b' },
    ],
    [
      'one right after a change: the former state may still have been',
      [taken('a', -8 * minute), taken('b', -minute)],
      { content: 'b', ageMs: minute, orElse: 'a' },
    ],
    [
      'one confirmed right after a change',
      [taken('a', -8 * minute), taken('b', -3 * minute), taken('b', -minute)],
      { content: 'b', ageMs: minute, orElse: 'a' },
    ],
    [
      'one some time after a change',
      [taken('a', -18 * minute), taken('b', -6 * minute)],
      { content: 'b', ageMs: 6 * minute, orElse: null },
    ],
  ])('%s', (_name, snapshots, expected) => {
    expect(configAt(snapshots, noon)).toEqual(expected);
  });
});

describe('the times that a snapshot is news for', () => {
  const at = (ms: number) => noon + ms;
  it('of the first one: from an hour before it on', () => {
    expect(changedBy(taken('a', 0), undefined, undefined)).toEqual({ fromMs: at(-hour), toMs: at(6 * hour + 1) });
  });
  it('of one that says something else: since the one before', () => {
    expect(changedBy(taken('b', 0), taken('a', -10 * minute), undefined)?.fromMs).toBe(at(-10 * minute));
  });
  it('of one that confirms in time what was known: nothing that is over', () => {
    expect(changedBy(taken('a', 0), taken('a', -30 * minute), undefined)?.fromMs).toBe(at(30 * minute));
  });
  it('of one that comes behind another: until that has settled', () => {
    expect(changedBy(taken('b', 0), taken('a', -10 * minute), taken('a', 10 * minute))).toEqual({
      fromMs: at(-10 * minute),
      toMs: at(15 * minute),
    });
  });
});
