#!/usr/bin/env node
// Sustained delivery by Firehose into a service with its own database: decompressed access logs a second, and the memory at its peak.
//
//   npm run build && node bench/firehose.mjs [--megabytes 400] [--at-once 4] [--refused 0.02] [--batch-mib 5]
//     [--lines-per-record 1] [--json]
//
// Requests are made before the clock starts. Lines have about 500 bytes, so 10,000 records are no more than 5 MiB of them: larger requests
// need several lines a record. `subscription` sends the same lines as CloudWatch Logs does.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

const { values: given } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '400' },
    'at-once': { type: 'string', default: '4' },
    refused: { type: 'string', default: '0.02' },
    'batch-mib': { type: 'string', default: '5' },
    'lines-per-record': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const wantedBytes = Number(given.megabytes) * 1e6;
const atOnce = Number(given['at-once']);
const refusedShare = Number(given.refused);
const batchBytes = Number(given['batch-mib']) * 1024 * 1024;
const linesPerRecord = Number(given['lines-per-record']);
const maxRecords = 10_000;
const payloadEvents = 200;

const sourceArn = 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/amazon-apigateway-bench';
const token = `w403_ingest_bench_${randomBytes(32).toString('base64url')}`;
const say = (text) => process.stderr.write(`${text}\n`);

let made = 0;
function accessLine() {
  const n = made++;
  const refused = n % Math.round(1 / refusedShare) === 0;
  return JSON.stringify({
    requestId: `${n.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
    extendedRequestId: `Bench${n.toString(36).padStart(11, '0')}=`,
    requestTimeEpoch: String(Date.now() - 600_000 + (n % 500_000)),
    accountId: '111122223333',
    apiId: `q1w2e3r4t${n % 5}`,
    stage: n % 7 === 0 ? 'test' : 'prod',
    httpMethod: n % 3 === 0 ? 'POST' : 'GET',
    resourcePath: ['/orders/{id}', '/orders', '/health', '/customers/{id}/invoices'][n % 4],
    path: `/prod/orders/${n}`,
    status: refused ? '403' : '200',
    errorResponseType: refused ? 'INVALID_API_KEY' : '-',
    errorMessage: refused ? 'Forbidden' : '-',
    sourceIp: `203.0.113.${n % 250}`,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    responseLength: String(100 + (n % 4000)),
    integrationLatency: String(n % 300),
  });
}

function payload() {
  const logEvents = Array.from({ length: payloadEvents }, () => ({
    id: `3${String(made).padStart(55, '0')}`,
    timestamp: Date.now(),
    message: accessLine(),
  }));
  const head = { messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup: '/aws/apigateway/bench' };
  return JSON.stringify({ ...head, logStream: 'stream', subscriptionFilters: ['why403'], logEvents });
}

/** A request as Firehose would send it, and how much log text is in it. */
function makeBatch({ subscription, gzip }) {
  const requestId = crypto.randomUUID();
  const records = [];
  let textBytes = 0;
  let buffered = 0;
  while (buffered < batchBytes && records.length < maxRecords) {
    const text = subscription ? payload() : Array.from({ length: linesPerRecord }, accessLine).join('\n');
    const record = subscription ? gzipSync(text) : Buffer.from(text);
    textBytes += Buffer.byteLength(text);
    buffered += record.length;
    records.push({ data: record.toString('base64') });
    // Packed payloads make a batch of many times its size.
    if (subscription && textBytes > 8 * batchBytes) break;
  }
  const json = JSON.stringify({ requestId, timestamp: Date.now(), records });
  return { requestId, textBytes, gzip, body: gzip ? gzipSync(json, { level: 6 }) : Buffer.from(json) };
}

async function startService() {
  const directory = mkdtempSync(join(tmpdir(), 'why403-bench-'));
  const config = join(directory, 'why403.yaml');
  const tokens = [{ role: 'ingest', id: 'bench', sha256: createHash('sha256').update(token).digest('hex') }];
  writeFileSync(
    config,
    JSON.stringify({
      listen: { port: 0 },
      data: { directory: join(directory, 'data') },
      access: { tokens },
      log: { format: 'json' },
    }),
  );
  const program = fileURLToPath(new URL('../server/bin/why403.js', import.meta.url));
  const child = spawn(process.execPath, [program, 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let database = 0;
  const url = await new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'database_started') database = event.pid;
      if (event.event === 'service_started') resolve(event.address);
    });
  });
  const peak = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  // Ticks of a hundredth of a second, own and the kernel's for it.
  const cpu = (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  return {
    url,
    cpuSeconds: () => ({ service: cpu(child.pid), database: cpu(database) }),
    peaks: () => ({ serviceMiB: Math.round(peak(child.pid)), databaseMiB: Math.round(peak(database)) }),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'close');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function post(url, { requestId, gzip, body }) {
  const sent = request(`${url}/api/v1/ingest/firehose`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
      'X-Amz-Firehose-Request-Id': requestId,
      'X-Amz-Firehose-Source-Arn': sourceArn,
      'X-Amz-Firehose-Access-Key': token,
    },
  });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}: ${text}`);
}

async function measure(name, how) {
  say(`${name}: making requests …`);
  const firstLine = made;
  const batches = [];
  for (let bytes = 0; bytes < wantedBytes; bytes += batches.at(-1).textBytes) batches.push(makeBatch(how));
  const lines = made - firstLine;
  const textBytes = batches.reduce((sum, batch) => sum + batch.textBytes, 0);
  const service = await startService();
  try {
    say(`${name}: sending ${batches.length} requests …`);
    const queue = [...batches];
    const before = service.cpuSeconds();
    const startedAt = performance.now();
    const sender = async () => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) await post(service.url, batch);
    };
    await Promise.all(Array.from({ length: atOnce }, sender));
    const seconds = (performance.now() - startedAt) / 1000;
    const after = service.cpuSeconds();
    const round = (value) => Math.round(value * 10) / 10;
    return {
      name,
      requests: batches.length,
      lines,
      megabytes: round(textBytes / 1e6),
      seconds: round(seconds),
      megabytesPerSecond: round(textBytes / 1e6 / seconds),
      linesPerSecond: Math.round(lines / seconds),
      serviceCpuSeconds: round(after.service - before.service),
      databaseCpuSeconds: round(after.database - before.database),
      ...service.peaks(),
    };
  } finally {
    await service.stop();
  }
}

const results = [
  await measure('direct, gzip', { subscription: false, gzip: true }),
  await measure('direct, identity', { subscription: false, gzip: false }),
  await measure('subscription, gzip', { subscription: true, gzip: true }),
];
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
if (given.json) process.stdout.write(`${JSON.stringify({ machine, results }, null, 2)}\n`);
else {
  process.stdout.write(`${machine}; ${atOnce} requests at once, ${refusedShare * 100} % refused\n\n`);
  process.stdout.write(
    '| delivery | MB of text | s | MB/s | lines/s | CPU s, service | CPU s, database | peak MiB, service | peak MiB, database |\n|---|---|---|---|---|---|---|---|---|\n',
  );
  for (const row of results) {
    const cells = [
      row.name,
      row.megabytes,
      row.seconds,
      row.megabytesPerSecond,
      row.linesPerSecond,
      row.serviceCpuSeconds,
      row.databaseCpuSeconds,
      row.serviceMiB,
      row.databaseMiB,
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
