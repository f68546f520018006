#!/usr/bin/env node
// A dashboard of 20 panels over 7 days of demo data, as Grafana asks for it: how long each query takes through the plugin's real
// backend, and how much of that is the backend's own.
//
//   npm run build && npm run build:plugin && node bench/dashboards.mjs [--days 7] [--rounds 10] [--at-once 6] [--keep DIR] [--json]
//
// --keep DIR uses the demo's data of an earlier run, so that its history need not be made again. Browsers ask six at once (HTTP/1.1).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const plugin = join(root, 'grafana-plugin');
const { values: given } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    rounds: { type: 'string', default: '10' },
    'at-once': { type: 'string', default: '6' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const days = Number(given.days);
const rounds = Number(given.rounds);
const atOnce = Number(given['at-once']);
const panelsOfDashboard = 20;
const say = (text) => process.stderr.write(`${text}\n`);

/** Queries of the bundled dashboards, one for each target, in the order of the dashboards; All is what variables begin with. */
function panelQueries() {
  const folder = join(plugin, 'src/dashboards');
  const targets = readdirSync(folder)
    .sort()
    .flatMap((name) => allPanels(JSON.parse(readFileSync(join(folder, name), 'utf8')).panels))
    .flatMap((panel) =>
      (panel.targets ?? [])
        .filter(({ queryType }) => queryType !== 'event')
        .map((target) => ({ title: panel.title, query: withoutVariables(target) })),
    );
  if (targets.length < panelsOfDashboard)
    throw new Error(`expected ${panelsOfDashboard} panel queries, found ${targets.length}`);
  return targets.slice(0, panelsOfDashboard);
}
const allPanels = (panels) => panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);
const withoutVariables = ({ datasource: _, ...query }) => ({
  ...query,
  filters: (query.filters ?? []).filter(({ values }) => values.every((value) => !value.includes('$'))),
});

const started = [];
async function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
  started.push(child);
  return child;
}
async function stopAll() {
  for (const child of started.reverse()) {
    if (child.exitCode !== null) continue;
    const ended = once(child, 'close');
    child.stdin.end();
    child.kill('SIGTERM');
    await ended;
  }
}

async function startDemo(directory) {
  const args = ['server/bin/why403.js', 'demo', '--port', '0', '--data', directory, '--history', String(days * 24)];
  const child = await start(process.execPath, args, { cwd: root });
  const url = await new Promise((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const found = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line);
      if (found !== null) resolve(found[1]);
    });
    child.once('close', () => reject(new Error('the demo ended')));
  });
  for (;;) {
    const { feeds } = await (await fetch(`${url}/api/v1/sources?limit=1`)).json();
    const lagMs = Math.max(...feeds.map((feed) => feed.lagMs));
    if (feeds.length > 0 && lagMs < 120_000)
      return { url, requests: feeds.reduce((sum, feed) => sum + feed.requests, 0) };
    say(`history: ${(lagMs / 3_600_000).toFixed(1)} h left`);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
  }
}

async function startHost(url, folder) {
  const program = join(folder, 'plugin-host');
  execFileSync('go', ['build', '-o', program, './test/host'], { cwd: plugin, stdio: 'inherit' });
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const binary = join(plugin, 'dist', `gpx_why403_${process.platform}_${arch}`);
  const child = await start(program, ['-binary', binary]);
  child.stdin.write(`${JSON.stringify({ uid: 'why403', name: 'Why403', url })}\n`);
  const [line] = await once(createInterface(child.stdout), 'line');
  return JSON.parse(line).address;
}

const timed = async (work) => {
  const fromMs = performance.now();
  const result = await work();
  return { ms: performance.now() - fromMs, result };
};

async function ask(host, query, range) {
  const body = JSON.stringify({
    ...range,
    queries: [{ refId: 'A', maxDataPoints: 800, intervalMs: 1_200_000, ...query }],
  });
  const response = await fetch(`${host}/api/ds/query`, { method: 'POST', body });
  const { results } = await response.json();
  const answer = Object.values(results)[0];
  if (answer.error) throw new Error(`${JSON.stringify(query)}: ${answer.error}`);
  return answer;
}

const quantile = (values, q) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const summary = (values) => ({ p50: quantile(values, 0.5), p95: quantile(values, 0.95), max: Math.max(...values) });
const round = (figures) =>
  Object.fromEntries(Object.entries(figures).map(([name, ms]) => [name, Math.round(ms * 10) / 10]));

const folder = mkdtempSync(join(tmpdir(), 'why403-bench-'));
try {
  const queries = panelQueries();
  const demo = await startDemo(given.keep ?? join(folder, 'data'));
  const host = await startHost(demo.url, folder);
  const opened = [];
  const firstOpened = [];
  const perPanel = new Map(queries.map(({ title }) => [title, []]));
  // Round 0 is the first that anybody asks: nothing is remembered yet.
  for (let at = 0; at <= rounds; at++) {
    const now = Date.now();
    const range = { from: String(now - days * 86_400_000), to: String(now) };
    const waiting = [...queries];
    const tab = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { query, title } = next;
        const { ms } = await timed(() => ask(host, query, range));
        (at === 0 ? firstOpened : opened).push(ms);
        if (at > 0) perPanel.get(title).push(ms);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, tab));
    say(`round ${at} of ${rounds}: p95 ${Math.round(quantile(at === 0 ? firstOpened : opened, 0.95))} ms`);
  }
  // One after the other, each about another range.
  const alone = [];
  for (const { query } of queries) {
    for (let i = 0; i < 5; i++) {
      const now = Date.now();
      const range = { from: String(now - days * 86_400_000), to: String(now) };
      alone.push((await timed(() => ask(host, query, range))).ms);
    }
  }
  // What the backend adds: the same question through it and to the service, whose answer is a moment old and costs little then.
  const added = [];
  for (const { query } of queries) {
    const now = Date.now();
    const range = { from: String(now - days * 86_400_000), to: String(now) };
    const first = await ask(host, query, range);
    const path = first.frames?.[0]?.schema.meta?.executedQueryString?.replace(/^GET /, '');
    if (path === undefined) continue;
    const through = [];
    const direct = [];
    for (let i = 0; i < 15; i++) {
      through.push((await timed(() => ask(host, query, range))).ms);
      direct.push((await timed(async () => (await fetch(new URL(path, demo.url))).json())).ms);
    }
    added.push(quantile(through, 0.5) - quantile(direct, 0.5));
  }
  const result = {
    machine: `${cpus().length} cores, ${cpus()[0].model}, Node ${process.version}`,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    date: new Date().toISOString(),
    days,
    requests: demo.requests,
    panels: queries.length,
    atOnce,
    firstOpened: round(summary(firstOpened)),
    opened: round(summary(opened)),
    alone: round(summary(alone)),
    addedByBackend: round(summary(added)),
    slowest: [...perPanel]
      .map(([title, values]) => ({ title, p95: Math.round(quantile(values, 0.95)) }))
      .sort((a, b) => b.p95 - a.p95)
      .slice(0, 5),
  };
  if (given.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    const line = ({ p50, p95, max }) => `p50 ${p50} ms, p95 ${p95} ms, max ${max} ms`;
    process.stdout.write(`${result.panels} panels over ${days} days, ${result.requests} requests; ${result.machine}; ${result.commit}
first opened          ${line(result.firstOpened)}
opened, ${atOnce} at once   ${line(result.opened)}
one by one            ${line(result.alone)}
added by the backend  ${line(result.addedByBackend)}
slowest               ${result.slowest.map(({ title, p95 }) => `${title} ${p95}`).join(', ')}
`);
  }
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
