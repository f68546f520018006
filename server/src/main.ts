// The only user of `process`.
import { homedir } from 'node:os';
import type { ServiceHost } from './cli/service-host.js';
import { terminalStyle } from './cli/terminal-style.js';
import { run } from './compose.js';
import { toldError } from './telemetry/told-error.js';

/** A defect of ours. Its message may quote input, so only its kind and place are shown. */
function reportDefect(error: unknown): void {
  const { name, at } = toldError(error);
  process.stderr.write(`why403: this is a defect of why403 (${name}); please report it with these lines:\n`);
  process.stderr.write(`${(at ?? []).map((frame) => `    ${frame}`).join('\n')}\n`);
  process.exitCode = 1;
}

// Node would print the message. After a defect that nobody caught nothing can be relied on: whoever started us starts us again.
process.on('uncaughtException', (error) => {
  reportDefect(error);
  process.exit();
});

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

// The SDK is pinned to what runs here: what its later releases need is nothing that users can do something about.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
const host: ServiceHost = {
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
  env: process.env,
  errorIsTerminal: process.stderr.isTTY === true,
  // Asks the system, and not before somebody wants to know.
  get homeDirectory() {
    return homedir();
  },
  outputIsTerminal: process.stdout.isTTY === true,
  stopSignal,
};

let stop: AbortController | undefined;
/** A shell or npm may pass on a Ctrl-C that we got ourselves. */
const sameRequestMs = 1000;

function stopSignal(): AbortSignal {
  if (stop !== undefined) return stop.signal;
  const controller = new AbortController();
  let askedAt = 0;
  stop = controller;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // Asked twice: at once. The database process ends with us.
      const isSecond = controller.signal.aborted && performance.now() - askedAt > sameRequestMs;
      if (isSecond) process.exit(name === 'SIGINT' ? 130 : 143);
      if (!controller.signal.aborted) askedAt = performance.now();
      controller.abort();
    });
  }
  return controller.signal;
}

try {
  process.exitCode = await run(process.argv.slice(2), host);
} catch (error) {
  reportDefect(error);
}
