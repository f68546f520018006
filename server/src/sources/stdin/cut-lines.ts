const newline = 0x0a;

export interface CutOptions {
  readonly unitBytes: number;
  readonly unitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Cuts a stream into pieces of whole lines: as soon as `unitBytes` have come, `unitMs` after the first line, and at the end. The next
 * bytes are asked for when the piece has been taken.
 */
export async function* cutLines(
  input: AsyncIterable<Uint8Array>,
  { unitBytes, unitMs, signal }: CutOptions,
): AsyncGenerator<readonly Uint8Array[]> {
  const arrivals = watch(input, signal);
  let whole: Uint8Array[] = [];
  let rest: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const came = await arrivals.next(whole.length > 0 ? unitMs : null);
      if (came instanceof Uint8Array) {
        const end = came.lastIndexOf(newline) + 1;
        if (end > 0) {
          whole.push(...rest, came.subarray(0, end));
          rest = [];
        }
        if (end < came.length) rest.push(came.subarray(end));
        bytes += came.length;
        if (bytes < unitBytes) continue;
      } else if (came === 'end') {
        whole.push(...rest);
      }
      if (whole.length > 0) yield whole;
      if (came === 'end' || came === 'stopped') return;
      whole = [];
      bytes = rest.reduce((sum, part) => sum + part.length, 0);
    }
  } finally {
    arrivals.close();
  }
}

type Arrival = Uint8Array | 'end' | 'late' | 'stopped';

/** One thing at a time of: bytes, the end, time that has passed, the signal. */
function watch(input: AsyncIterable<Uint8Array>, signal: AbortSignal) {
  const reading = input[Symbol.asyncIterator]();
  let asked = false;
  let came: { value: Uint8Array | 'end' } | { error: unknown } | null = null;
  let timer: NodeJS.Timeout | null = null;
  let late = false;
  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);

  function ask(): void {
    asked = true;
    reading.next().then(
      (result) => {
        came = { value: result.done === true ? 'end' : result.value };
        wake();
      },
      (error) => {
        came = { error };
        wake();
      },
    );
  }

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    late = false;
  }

  return {
    /** `lateMs`: answers `late` when so much time has passed since it was first given. */
    async next(lateMs: number | null): Promise<Arrival> {
      if (lateMs === null) stopTimer();
      else {
        timer ??= setTimeout(() => {
          late = true;
          wake();
        }, lateMs);
      }
      if (!asked) ask();
      if (came === null && !late && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (signal.aborted) return 'stopped';
      if (came !== null) {
        const arrival: { value: Uint8Array | 'end' } | { error: unknown } = came;
        came = null;
        asked = false;
        if ('error' in arrival) throw arrival.error;
        return arrival.value;
      }
      stopTimer();
      return 'late';
    },
    close(): void {
      stopTimer();
      signal.removeEventListener('abort', onAbort);
      // Not awaited: a stream that is waiting for input would not answer.
      reading.return?.().catch(() => {});
    },
  };
}
