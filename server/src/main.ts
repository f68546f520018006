// The only user of `process`.
import type { Host } from './cli/host.js';
import { terminalStyle } from './cli/terminal-style.js';
import { run } from './compose.js';

/** A defect of ours. Its message may quote input, so only its kind and place are shown. */
function reportDefect(error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
  process.stderr.write(`why403: this is a defect of why403 (${name}); please report it with these lines:\n`);
  process.stderr.write(`${frames.join('\n')}\n`);
  process.exitCode = 1;
}

/** Whoever reads our output (head, less) has seen enough: end without a word. Other failures (disk full) are told. */
function endOnWriteError(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') process.exit();
  process.stderr.write(`why403: the output cannot be written (${error.code ?? error.name}).\n`);
  process.exit(1);
}

process.stdout.on('error', endOnWriteError);
process.stderr.on('error', () => process.exit());

const write = (stream: NodeJS.WriteStream, text: string) =>
  // A failed write ends in the stream's error event.
  new Promise<void>((resolve) => {
    stream.write(text, () => resolve());
  });

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
const host: Host = {
  stdin: {
    // Touching process.stdin opens it, which most commands do not need.
    get isTerminal() {
      return process.stdin.isTTY === true;
    },
    chunks: () => process.stdin,
  },
  writeOut: (text) => write(process.stdout, text),
  writeError: (text) => write(process.stderr, text),
  style: terminalStyle({
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns,
    env: { NO_COLOR, FORCE_COLOR, TERM },
  }),
};

try {
  process.exitCode = await run(process.argv.slice(2), host);
} catch (error) {
  reportDefect(error);
}
