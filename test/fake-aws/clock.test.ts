import { expect, it } from 'vitest';
import { createFakeClock } from './clock.js';

it('stands still, and wakes who waits in order of time when it moves', async () => {
  const clock = createFakeClock(1_000);
  const woken: string[] = [];
  const waiting = [
    clock.wait(20).then(() => woken.push('second')),
    clock.wait(10).then(() => woken.push('first')),
    clock.wait(21).then(() => woken.push('too late')),
  ];
  expect([clock.nowMs(), clock.nextDueMs()]).toEqual([1_000, 1_010]);
  clock.advance(20);
  await Promise.all(waiting.slice(0, 2));
  expect([woken, clock.nowMs(), clock.nextDueMs()]).toEqual([['first', 'second'], 1_020, 1_021]);
});

it('lets go of who gives up, and never goes back', async () => {
  const clock = createFakeClock(0);
  const giveUp = new AbortController();
  const waiting = clock.wait(5, giveUp.signal);
  giveUp.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(clock.nextDueMs()).toBeNull();
  expect(() => clock.set(-1)).toThrow('cannot go back');
});
