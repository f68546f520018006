import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The built program, as people start it. `npm test` builds first.
const built = fileURLToPath(new URL('../../../server/bin/why403.js', import.meta.url));
const { PATH } = process.env;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A run of the program; what it printed so far, and its end. */
export class Program {
  out = '';
  error = '';
  readonly startedAt = performance.now();
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private hasEnded = false;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, file = built) {
    this.child = spawn(process.execPath, [file, ...args], {
      env: { PATH, HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.error += text;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.hasEnded = true;
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<Ended> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** The newest log line with this event; waits for one. */
  async event(name: string): Promise<Record<string, unknown>> {
    await eventually(`the event ${name}`, () => this.hasEnded || this.events(name).length > 0);
    const found = this.events(name).at(-1);
    if (found === undefined) throw new Error(`the program ended without ${name}: ${this.error}`);
    return found;
  }

  events(name: string): Record<string, unknown>[] {
    return this.out.split('\n').flatMap((line) => {
      if (!line.startsWith('{') || !line.endsWith('}')) return [];
      const entry = JSON.parse(line) as Record<string, unknown>;
      return entry['event'] === name ? [entry] : [];
    });
  }

  /** The address it listens on, once it does. */
  async address(): Promise<string> {
    return String((await this.event('service_started'))['address']);
  }
}

const usualLimitMs = 60_000;

/** Waits for a condition, bounded. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = usualLimitMs,
): Promise<void> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > limitMs) throw new Error(`waited ${limitMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const programs: Program[] = [];
const folders: string[] = [];

export function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, file?: string): Program {
  const program = new Program(args, env, file);
  programs.push(program);
  return program;
}

export interface Serving extends Program {
  readonly directory: string;
}

export function serve(directory: string, env: Readonly<Record<string, string>> = {}, ...args: string[]): Serving {
  return Object.assign(run(['serve', '--port', '0', '--data', directory, ...args], env), { directory });
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'why403-e2e-'));
  folders.push(folder);
  return folder;
}

/** A database leaves thousands of small files. */
export const tidyMs = 60_000;

/** After each test: nothing is left running, no file is left behind. */
export async function tidy(): Promise<void> {
  for (const program of programs.splice(0)) {
    program.kill('SIGKILL');
    await program.ended;
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Figures of this run, for whoever reads the output; nothing depends on them. */
export function report(text: string): void {
  process.stdout.write(`    measured: ${text}\n`);
}
