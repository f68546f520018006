/** At most so many pieces of work at a time, in order of arrival. */
export function createTurns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

/** One after the other for each name; different names do not wait for each other. */
export function createNamedTurns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async (name, work) => {
    const before = last.get(name);
    let done = (): void => {};
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    last.set(name, mine);
    await before;
    try {
      return await work();
    } finally {
      if (last.get(name) === mine) last.delete(name);
      done();
    }
  };
}
