/**
 * The items of all parts in order, while the next parts are being read already: `atOnce` parts at a time, each at most `ahead` items
 * before its turn. A failure of a part comes when its turn comes. When the reader stops, so do the parts.
 */
export async function* readAhead<Item>(
  parts: readonly ((signal: AbortSignal) => AsyncIterable<Item>)[],
  { atOnce, ahead }: { readonly atOnce: number; readonly ahead: number },
  signal: AbortSignal,
): AsyncGenerator<Item, void, undefined> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const left = [...parts];
  const open: PartAhead<Item>[] = [];
  const openNext = (): void => {
    const part = left.shift();
    if (part !== undefined) open.push(new PartAhead(part(stop.signal), ahead));
  };
  try {
    for (let i = 0; i < atOnce; i++) openNext();
    for (let part = open[0]; part !== undefined; part = open[0]) {
      yield* part.items();
      open.shift();
      openNext();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop.abort(new Error('nobody reads on'));
    for (const part of open) part.stop();
  }
}

class PartAhead<Item> {
  private readonly limit: number;
  private readonly buffer: Item[] = [];
  private failure: { readonly error: unknown } | null = null;
  private ended = false;
  private isStopped = false;
  private changed = (): void => {};

  constructor(source: AsyncIterable<Item>, limit: number) {
    this.limit = limit;
    void this.fill(source);
  }

  async *items(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      const item = this.buffer.shift();
      if (item !== undefined) {
        this.changed();
        yield item;
      } else if (this.failure !== null) throw this.failure.error;
      else if (this.ended) return;
      else await this.change();
    }
  }

  stop(): void {
    this.isStopped = true;
    this.changed();
  }

  private async fill(source: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of source) {
        this.buffer.push(item);
        this.changed();
        while (this.buffer.length >= this.limit && !this.isStopped) await this.change();
        if (this.isStopped) return;
      }
    } catch (error) {
      this.failure = { error };
    } finally {
      this.ended = true;
      this.changed();
    }
  }

  /** Either the filling or the emptying side waits, never both: one when it is full, the other when it is empty. */
  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.changed = resolve;
    });
  }
}
