import { describe, expect, it } from 'vitest';
import { gathered } from '../../../server/src/store/gathered.js';

describe('calls of one turn', () => {
  it('become one, and calls of the next turn another', async () => {
    const batches: (readonly number[])[] = [];
    const call = gathered<number>(async (items) => void batches.push(items));
    await Promise.all([call(1), call(2), call(3)]);
    await call(4);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('fail together, and those after them are not harmed', async () => {
    let fails = true;
    const call = gathered<number>(async () => {
      if (fails) throw new Error('away');
    });
    const outcomes = await Promise.allSettled([call(1), call(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    await expect(call(3)).resolves.toBeUndefined();
  });
});
