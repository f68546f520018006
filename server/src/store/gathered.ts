interface Call<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of one turn of the event loop as one: all succeed or fail together. */
export function gathered<Item>(work: (items: readonly Item[]) => Promise<void>): (item: Item) => Promise<void> {
  let calls: Call<Item>[] = [];

  function run(): void {
    const all = calls;
    calls = [];
    work(all.map(({ item }) => item)).then(
      () => {
        for (const { resolve } of all) resolve();
      },
      (error) => {
        for (const { reject } of all) reject(error);
      },
    );
  }

  return (item) =>
    new Promise((resolve, reject) => {
      if (calls.length === 0) queueMicrotask(run);
      calls.push({ item, resolve, reject });
    });
}
