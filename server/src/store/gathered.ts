interface Call<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls of one turn of the event loop as one, and those that come while it is under way as the next one: the more is to be done, the more
 * each statement does. All calls of one succeed or fail together, with the same result; there are `most` of them at most.
 */
export function gathered<Item, Result = void>(
  work: (items: readonly Item[]) => Promise<Result>,
  most = Number.POSITIVE_INFINITY,
): (item: Item) => Promise<Result> {
  const calls: Call<Item, Result>[] = [];
  let isUnderWay = false;

  async function run(): Promise<void> {
    if (isUnderWay) return;
    isUnderWay = true;
    while (calls.length > 0) {
      const all = calls.splice(0, most);
      try {
        const result = await work(all.map(({ item }) => item));
        for (const { resolve } of all) resolve(result);
      } catch (error) {
        for (const { reject } of all) reject(error);
      }
    }
    isUnderWay = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (calls.length === 0) queueMicrotask(run);
      calls.push({ item, resolve, reject });
    });
}
