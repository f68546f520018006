import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { incidentKinds } from '../../../server/src/demo/incident-kinds.js';
import { readText, repository } from '../../provisioning/repository-files.js';
import { eventually, makeFolder, report, run, tidy, tidyMs } from '../service/program.js';

/*
 * The real Prometheus with the shipped rules scrapes the built service, while incidents of all kinds run at once. Here time is real:
 * the incidents begin with the service.
 */
const minuteMs = 60_000;
const limitMs = 8 * minuteMs;

/** What has to fire for each kind, beside the alert about any cause. */
const ownAlert: Readonly<Record<string, string>> = {
  authorizer_denied: 'Why403AuthorizerDenials',
  waf_blocked: 'Why403WafSurge',
  usage_plan_mismatch: 'Why403KeysRefused',
  api_key_invalid: 'Why403KeysRefused',
};
const expected = incidentKinds.flatMap(({ stage, cause }) =>
  ['Why403Spike', ...(ownAlert[cause] === undefined ? [] : [ownAlert[cause]])].map(
    (alert) => `${alert} ${stage.apiId}/${stage.name} ${cause}`,
  ),
);

let prometheus: ChildProcess | undefined;
let log = '';
let url: string;

beforeAll(async () => {
  const folder = makeFolder();
  const program = run(['demo', '--port', '0', '--data', join(folder, 'data'), '--incidents', 'now'], {
    WHY403_LOG_LEVEL: 'info',
    WHY403_LOG_FORMAT: 'json',
  });
  const target = new URL(await program.address()).host;
  // The shipped configuration, but for the address and the token: on loopback none is needed.
  const shipped = readText('provisioning/prometheus/prometheus.yml');
  const configuration = shipped.replace(/^ +authorization:\n(?: {6}.*\n)+/m, '').replace('why403:4030', target);
  expect(configuration).toContain(target);
  expect(configuration).not.toContain('credentials_file');
  writeFileSync(join(folder, 'prometheus.yml'), configuration);
  copyFileSync(join(repository, 'provisioning/prometheus/why403.rules.yml'), join(folder, 'why403.rules.yml'));
  url = await startPrometheus(folder);
}, 2 * minuteMs);

afterAll(async () => {
  if (prometheus !== undefined && prometheus.exitCode === null) {
    const ended = new Promise((resolve) => prometheus?.once('close', resolve));
    prometheus.kill('SIGTERM');
    await ended;
  }
  await tidy();
}, tidyMs);

async function startPrometheus(folder: string): Promise<string> {
  prometheus = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      // A port of the system's choice; it tells which in its log.
      '--web.listen-address=127.0.0.1:0',
      '--log.level=info',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  prometheus.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  // … msg="Listening on" address=127.0.0.1:40123
  const listening = /msg="Listening on" address=(\S+)/;
  await eventually('Prometheus', () => listening.test(log) || prometheus?.exitCode !== null);
  const address = listening.exec(log)?.[1];
  if (address === undefined) throw new Error(`Prometheus ended: ${log}`);
  // It listens before it has read its own storage, and answers 503 meanwhile.
  const isReady = async () => (await fetch(`http://${address}/-/ready`)).ok;
  await eventually('Prometheus to be ready', isReady);
  return `http://${address}`;
}

interface Alert {
  readonly state: string;
  readonly activeAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

async function firing(): Promise<readonly Alert[]> {
  const response = await fetch(`${url}/api/v1/alerts`);
  const { data } = (await response.json()) as { data: { alerts: readonly Alert[] } };
  return data.alerts.filter(({ state }) => state === 'firing');
}

const nameOf = ({ labels }: Alert): string =>
  `${labels['alertname']} ${labels['api_id']}/${labels['stage']} ${labels['cause']}`;

it('each incident fires, within eight minutes of all at once', { timeout: limitMs + minuteMs }, async () => {
  const began = performance.now();
  const seen = new Map<string, number>();
  while (performance.now() - began < limitMs && expected.some((name) => !seen.has(name))) {
    for (const alert of await firing()) {
      const name = nameOf(alert);
      if (!seen.has(name)) seen.set(name, performance.now() - began);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  for (const [name, ms] of seen) report(`${name}: ${(ms / minuteMs).toFixed(1)} min`);
  expect(expected.filter((name) => !seen.has(name))).toEqual([]);
  // Beside them only what an incident brings along: causes that a route never had.
  const places = incidentKinds.map(({ stage, cause }) => `${stage.apiId}/${stage.name} ${cause}`);
  const allowed = [...expected, ...places.map((place) => `Why403NewCause ${place}`)];
  expect([...seen.keys()].filter((name) => !allowed.includes(name))).toEqual([]);
});
