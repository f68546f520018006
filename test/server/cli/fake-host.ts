import type { Host } from '../../../server/src/cli/host.js';

export interface FakeHost extends Host {
  readonly out: string[];
  readonly error: string[];
}

/** A host whose standard input is `input` and which keeps what is written. */
export function fakeHost(input: readonly string[] = [], isTerminal = false): FakeHost {
  const out: string[] = [];
  const error: string[] = [];
  return {
    out,
    error,
    stdin: {
      isTerminal,
      async *chunks() {
        for (const text of input) yield new TextEncoder().encode(text);
      },
    },
    async writeOut(text) {
      out.push(text);
    },
    async writeError(text) {
      error.push(text);
    },
    style: { colors: false, width: 80 },
  };
}
