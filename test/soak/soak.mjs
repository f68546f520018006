// A soak by hand: `node test/soak/soak.mjs [minutes] [requests per second]`. Runs the built service on a directory of its own, sends
// traffic by HTTP with Batch-Ids (a tenth of the batches twice), asks what a dashboard asks, and prints memory, threads and open files
// of the service and its database each minute. At the end: are they flat, and is every request counted exactly once?
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const minutes = Number(process.argv[2] ?? 60);
const perSecond = Number(process.argv[3] ?? 300);
const program = fileURLToPath(new URL('../../server/bin/why403.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'why403-soak-'));
const config = join(directory, 'why403.yaml');
const format =
  '{"extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":"$context.requestTimeEpoch","apiId":"$context.apiId","stage":"$context.stage","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","errorResponseType":"$context.error.responseType","sourceIp":"$context.identity.sourceIp"}';
writeFileSync(
  config,
  JSON.stringify({
    listen: { port: 4977 },
    data: { directory: join(directory, 'data') },
    ingest: { feeds: { soak: { format, delaySeconds: 2 } } },
    limits: { requestsPerMinute: 100000 },
  }),
);
const url = 'http://127.0.0.1:4977';
const service = spawn(process.execPath, [program, 'serve', '--config', config], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { PATH: process.env.PATH, HOME: process.env.HOME },
});
const ended = new Promise((resolve) => service.once('exit', resolve));
while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) await sleep(100);

let made = 0;
let sent = 0;
let failed = 0;
const answers = { queries: 0, errors: 0, slowestMs: 0 };
const beginMs = Date.now();
const endMs = beginMs + minutes * 60_000;
const types = ['WAF_FILTERED', 'INVALID_API_KEY', 'ACCESS_DENIED', 'MISSING_AUTHENTICATION_TOKEN'];

function line(timeMs) {
  const n = made++;
  const refused = n % 20 === 0;
  const id = `${n.toString(36).padStart(9, 'A')}FjoEbcA=`;
  return `{"extendedRequestId":"${id}","requestTimeEpoch":"${timeMs}","apiId":"q1w2e3r4t${n % 5}","stage":"prod","httpMethod":"GET","resourcePath":"/items/${n % 17}/{id}","status":"${refused ? 403 : 200}","errorResponseType":"${refused ? types[((n / 20) % 4) | 0] : '-'}","sourceIp":"203.0.113.${n % 250}"}`;
}

async function send(id, body) {
  for (;;) {
    const answer = await fetch(`${url}/api/v1/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'batch-id': id, feed: 'soak' },
      body,
    }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    failed++;
    await sleep(500);
  }
}

async function sender() {
  for (let batch = 0; Date.now() < endMs; batch++) {
    const begun = Date.now();
    const lines = Array.from({ length: perSecond }, () => line(begun));
    const body = `${lines.join('\n')}\n`;
    await send(`soak-${batch}`, body);
    if (batch % 10 === 0) await send(`soak-${batch}`, body);
    sent += lines.length;
    await sleep(Math.max(0, 1000 - (Date.now() - begun)));
  }
}

async function asker(path) {
  while (Date.now() < endMs) {
    const begun = Date.now();
    const answer = await fetch(`${url}${path}`).catch(() => null);
    await answer?.arrayBuffer();
    answers.queries++;
    if (!answer?.ok) answers.errors++;
    answers.slowestMs = Math.max(answers.slowestMs, Date.now() - begun);
    await sleep(2000);
  }
}

const stateOf = (pid) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    rssMb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024),
    threads: Number(/Threads:\s+(\d+)/.exec(status)?.[1]),
    files: readdirSync(`/proc/${pid}/fd`).length,
  };
};
const databasePid = () =>
  readdirSync('/proc').find((name) => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]) === service.pid;
    } catch {
      return false;
    }
  });

const samples = [];
async function watch() {
  console.log('minute  service MB thr fd   database MB thr fd   sent  resent  queries errors slowest ms');
  while (Date.now() < endMs) {
    await sleep(60_000);
    const own = stateOf(service.pid);
    const database = stateOf(databasePid());
    samples.push({ own, database });
    console.log(
      `${String(samples.length).padStart(6)}  ${own.rssMb} ${own.threads} ${own.files}   ${database.rssMb} ${database.threads} ${database.files}   ${sent} ${failed} ${answers.queries} ${answers.errors} ${answers.slowestMs}`,
    );
    answers.slowestMs = 0;
  }
}

await Promise.all([
  sender(),
  watch(),
  asker('/api/v1/series?by=cause&from=now-1h&step=1m'),
  asker('/api/v1/series?metric=share&by=api_id&from=now-1h&step=1m'),
  asker('/api/v1/top?by=source_ip&from=now-1h'),
  asker('/api/v1/events?limit=100'),
  asker('/metrics'),
]);

// A line of the minute after moves the watermark behind all that was sent.
await sleep(60_000 - (Date.now() % 60_000) + 5000);
await send('soak-closing', `${line(Date.now())}\n`);
const closedMs = Math.floor(Date.now() / 60_000) * 60_000;
const stored = await (
  await fetch(`${url}/api/v1/series?metric=requests&from=${beginMs - 60_000}&to=${closedMs}&step=1m`)
).json();
const total = stored.columns[1].values.reduce((sum, value) => sum + (value ?? 0), 0);
const pages = { events: 0 };
for (let cursor = ''; cursor !== null; ) {
  const page = await (
    await fetch(
      `${url}/api/v1/events?limit=500&from=${beginMs - 60_000}&to=${closedMs}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
  ).json();
  pages.events += page.events.length;
  cursor = page.next;
}
console.log(
  `requests sent ${made - 1}, counted ${total}; refused sent ${Math.ceil((made - 1) / 20)}, stored ${pages.events}`,
);
service.kill('SIGTERM');
console.log(`exit code ${await ended}`);
rmSync(directory, { recursive: true, force: true });
