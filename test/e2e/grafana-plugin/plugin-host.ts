import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const plugin = fileURLToPath(new URL('../../../grafana-plugin/', import.meta.url));
const dist = join(plugin, 'dist');

/** The backend that the plugin's build made for this machine. */
function builtBackend(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const path = join(dist, `gpx_why403_${os}_${arch}${os === 'windows' ? '.exe' : ''}`);
  if (!existsSync(path)) throw new Error(`expected ${path}: run npm run build:plugin (linux/amd64) or release:plugin`);
  return path;
}

/** As the plugin's build compiles: other flags would compile all packages once more, for minutes. */
export const goEnvironment = {
  ...process.env,
  CGO_ENABLED: '0',
  GOFLAGS: '-trimpath -buildvcs=false -tags=arrow_json_stdlib',
};

/** Grafana's stand-in, built into a folder. */
export function buildHost(folder: string): string {
  const program = join(folder, process.platform === 'win32' ? 'plugin-host.exe' : 'plugin-host');
  execFileSync('go', ['build', '-o', program, './test/host'], { cwd: plugin, env: goEnvironment, stdio: 'inherit' });
  return program;
}

export interface DataSourceSettings {
  readonly url: string;
  readonly jsonData?: Readonly<Record<string, unknown>>;
  readonly secureJsonData?: Readonly<Record<string, string>>;
}

export interface FrameJson {
  readonly schema: {
    readonly name?: string;
    readonly refId?: string;
    readonly meta?: {
      readonly type?: string;
      readonly typeVersion?: readonly number[];
      readonly preferredVisualisationType?: string;
      readonly executedQueryString?: string;
      readonly notices?: readonly { readonly severity: string; readonly text: string }[];
      readonly custom?: Readonly<Record<string, unknown>>;
    };
    readonly fields: readonly {
      readonly name: string;
      readonly type: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly config?: Readonly<Record<string, unknown>>;
    }[];
  };
  readonly data: { readonly values: readonly (readonly unknown[])[] };
}

export interface QueryResult {
  readonly status: number;
  readonly frames?: readonly FrameJson[];
  readonly error?: string;
  readonly errorSource?: string;
}

export interface Asked {
  readonly from?: string;
  readonly to?: string;
  /** As alert rules ask. */
  readonly alert?: boolean;
}

/** The built backend, started as Grafana does, behind Grafana's routes. */
export class PluginHost {
  static async start(program: string, settings: DataSourceSettings, staticFolder?: string): Promise<PluginHost> {
    const args = ['-binary', builtBackend(), '-dist', dist, ...(staticFolder ? ['-static', staticFolder] : [])];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const host = new PluginHost(child);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      host.log += text;
    });
    child.stdin.write(`${JSON.stringify({ uid: 'why403', name: 'Why403', ...settings })}\n`);
    const ended = once(child, 'close').then(() => undefined);
    const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
    if (line === undefined) throw new Error(`the host ended: ${host.log}`);
    const ready = JSON.parse(String(line[0])) as { address: string; backendPid: number };
    host.address = ready.address;
    host.backendPid = ready.backendPid;
    return host;
  }

  address = '';
  backendPid = 0;
  /** What host and backend said to the log. */
  log = '';

  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.stdin?.end();
    await ended;
  }

  async save(settings: DataSourceSettings): Promise<void> {
    const response = await fetch(`${this.address}/api/datasources/uid/why403`, {
      method: 'PUT',
      body: JSON.stringify(settings),
    });
    if (!response.ok) throw new Error(`saving answered ${response.status}: ${await response.text()}`);
  }

  async health(): Promise<{ status: number; body: { status: string; message: string; details?: unknown } }> {
    const response = await fetch(`${this.address}/api/datasources/uid/why403/health`);
    return {
      status: response.status,
      body: (await response.json()) as { status: string; message: string; details?: unknown },
    };
  }

  async resource(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.address}/api/datasources/uid/why403/resources/${path}`, init);
    const text = await response.text();
    return { status: response.status, body: /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text };
  }

  /** One query, as a panel or an alert rule sends it. */
  async query(query: Readonly<Record<string, unknown>>, asked: Asked = {}): Promise<QueryResult> {
    const { A } = await this.queries([{ refId: 'A', ...query }], asked);
    if (A === undefined) throw new Error('no answer to the query');
    return A;
  }

  async queries(
    queries: readonly Readonly<Record<string, unknown>>[],
    { from = 'now-1h', to = 'now', alert = false }: Asked = {},
  ): Promise<Readonly<Record<string, QueryResult>>> {
    const response = await fetch(`${this.address}/api/ds/query`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(alert ? { 'X-From-Alert': 'true' } : {}) },
      body: JSON.stringify({ from, to, queries: queries.map((query) => ({ version: 1, ...query })) }),
    });
    const body = (await response.json()) as { results?: Record<string, QueryResult>; message?: string };
    if (body.results === undefined) throw new Error(`the query route answered ${response.status}: ${body.message}`);
    return body.results;
  }

  /** Frames of a channel, until `enough` or the signal. */
  async live(
    path: string,
    enough: (frames: readonly FrameJson[]) => boolean,
    signal: AbortSignal,
  ): Promise<FrameJson[]> {
    const response = await fetch(`${this.address}/api/live/ds/why403/${path}`, { signal });
    if (!response.ok || response.body === null) throw new Error(`${response.status}: ${await response.text()}`);
    const frames: FrameJson[] = [];
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      frames.push(...messages.map((message) => JSON.parse(message.slice('data: '.length)) as FrameJson));
      if (enough(frames)) break;
    }
    return frames;
  }

  /** A value of the backend's own metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.address}/api/plugins/why403-apigateway-datasource/metrics`)).text();
    const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`the backend has no metric ${name}`);
    return Number(found);
  }
}
