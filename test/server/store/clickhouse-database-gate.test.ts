import { describe, expect, it, vi } from 'vitest';
import { createStatementGate, GateFullError } from '../../../server/src/store/statement-gate.js';

const gate = (given: Partial<Parameters<typeof createStatementGate>[0]> = {}) =>
  createStatementGate({ atOnce: 2, waiting: 2, waitMs: 1_000_000, ...given });

/** Whether it is settled once everything that can happen has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('a statement gate', () => {
  it('lets so many in, and the others in their order as places become free', async () => {
    const open = gate();
    const [leaveFirst, leaveSecond] = await Promise.all([open.enter(), open.enter()]);
    const third = open.enter();
    const fourth = open.enter();
    expect(await isSettled(third)).toBe(false);
    leaveFirst();
    (await third)();
    await fourth;
    leaveSecond();
    expect(await isSettled(open.enter())).toBe(true);
  });

  it('counts one who leaves twice once', async () => {
    const open = gate({ atOnce: 1 });
    const leave = await open.enter();
    leave();
    leave();
    await open.enter();
    expect(await isSettled(open.enter())).toBe(false);
  });

  it('turns away who would be one too many to wait', async () => {
    const open = gate({ atOnce: 1, waiting: 1 });
    await open.enter();
    void open.enter();
    await expect(open.enter()).rejects.toBeInstanceOf(GateFullError);
  });

  it('turns away who waited too long, and forgets him', async () => {
    vi.useFakeTimers();
    try {
      const open = gate({ atOnce: 1, waiting: 1, waitMs: 50 });
      const leave = await open.enter();
      const late = expect(open.enter()).rejects.toThrow('within 50 ms');
      vi.advanceTimersByTime(50);
      await late;
      const next = open.enter();
      leave();
      await next;
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets one who gives up go without taking a place', async () => {
    const open = gate({ atOnce: 1 });
    const leave = await open.enter();
    const caller = new AbortController();
    const waiting = expect(open.enter(caller.signal)).rejects.toBe('enough');
    caller.abort('enough');
    await waiting;
    await expect(open.enter(caller.signal)).rejects.toBe('enough');
    leave();
    await open.enter();
  });

  it('that is closed lets nobody in', async () => {
    const open = gate({ atOnce: 1 });
    await open.enter();
    const reason = new Error('closed');
    const waiting = expect(open.enter()).rejects.toBe(reason);
    open.close(reason);
    await waiting;
    await expect(open.enter()).rejects.toBe(reason);
  });
});
