import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../server/bin/why403.js', import.meta.url));

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Until it is true, or for so long. */
export async function eventually(what: string, withinMs: number, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await check().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(100);
  }
}

/** The built program as a process of its own, to be killed at any moment and started again. */
export class ServiceProcess {
  private child: ChildProcess | null = null;
  output = '';
  private readonly args: readonly string[];
  readonly url: string;

  constructor(args: readonly string[], port: number) {
    this.args = args;
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, ...this.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.output = (this.output + data.toString()).slice(-20_000);
      });
    }
    for (const end = Date.now() + 30_000; ; await sleep(50)) {
      if (child.exitCode !== null) throw new Error(`the service ended: ${this.output}`);
      if (Date.now() > end) throw new Error(`the service is not ready: ${this.output}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const { child } = this;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    const code = await ended;
    this.child = null;
    return code;
  }

  /** Processes that the service has started: the embedded database. */
  children(): number[] {
    const parent = this.child?.pid;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        try {
          return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]) === parent;
        } catch {
          return false;
        }
      })
      .map(Number);
  }
}
