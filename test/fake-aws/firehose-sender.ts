import { type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';

/** A Firehose stream with an HTTP endpoint as its destination, on a clock of the test's. */
export interface FirehoseStream {
  /** Asked at each attempt: services restart elsewhere. */
  readonly url: () => string;
  /** Asked at each attempt: a retry may carry a newer key. */
  readonly accessKey: () => string;
  readonly sourceArn: string;
  readonly contentEncoding: 'gzip' | 'none';
  /** 1 to 64 MiB, before base64 and compression. */
  readonly bufferBytes: number;
  readonly commonAttributes?: Readonly<Record<string, string>>;
  /** 0 to 7,200 s. */
  readonly retryMs: number;
  readonly clock: SenderClock;
  /** 0 to below 1. */
  readonly random: () => number;
  /** What befalls an attempt; default: nothing. */
  readonly mishap?: (batch: FirehoseBatch, attempt: number) => Mishap;
}

export interface SenderClock {
  nowMs(): number;
  /** Firehose waits between attempts. */
  wait(ms: number): Promise<void>;
}

/**
 * `cut`: the connection breaks in the middle of the body. `unheard`: the endpoint answers, but after the three minutes that it has.
 * `again`: the batch is sent once more although it was taken.
 */
export type Mishap = 'none' | 'cut' | 'unheard' | 'again';

export interface FirehoseBatch {
  readonly requestId: string;
  readonly timestamp: number;
  readonly records: readonly Uint8Array[];
}

/** How a batch ended. `backed up`: the retry time is over, it goes to the bucket. `lost`: 413, it goes nowhere. */
export interface Delivered {
  readonly batch: FirehoseBatch;
  readonly outcome: 'delivered' | 'backed up' | 'lost';
  /** Of each attempt: `200`, or what was wrong with it. */
  readonly attempts: readonly string[];
  readonly waitsMs: readonly number[];
}

const MiB = 1024 * 1024;
const maxRecordBytes = 1_024_000;
const maxRecords = 10_000;
const firstWaitMs = 1_000;
const longestWaitMs = 120_000;
const maxAnswerBytes = MiB;

/** Cuts records into batches as buffering does: at its size, or at 10,000 records. */
export function batchesOf(
  records: Iterable<Uint8Array>,
  { bufferBytes, clock, random }: Pick<FirehoseStream, 'bufferBytes' | 'clock' | 'random'>,
): FirehoseBatch[] {
  if (bufferBytes < MiB || bufferBytes > 64 * MiB) throw new RangeError('a stream buffers 1 to 64 MiB');
  const batches: FirehoseBatch[] = [];
  let open: Uint8Array[] = [];
  let bytes = 0;
  const close = () => {
    if (open.length > 0) batches.push({ requestId: guid(random), timestamp: clock.nowMs(), records: open });
    open = [];
    bytes = 0;
  };
  for (const record of records) {
    if (record.length > maxRecordBytes) throw new RangeError('a record has at most 1,024,000 bytes');
    if (open.length === maxRecords || bytes + record.length > bufferBytes) close();
    open.push(record);
    bytes += record.length;
  }
  close();
  return batches;
}

/** Sends the same batch until it is taken, its time is over, or 413 throws it away. */
export async function deliver(stream: FirehoseStream, batch: FirehoseBatch): Promise<Delivered> {
  const { clock, random, retryMs, mishap = () => 'none' } = stream;
  const endMs = clock.nowMs() + retryMs;
  const body = bodyOf(stream, batch);
  const attempts: string[] = [];
  const waitsMs: number[] = [];
  for (;;) {
    const fate = mishap(batch, attempts.length);
    const outcome = await attempt(stream, batch, body, fate);
    attempts.push(outcome);
    if (outcome === '413') return { batch, outcome: 'lost', attempts, waitsMs };
    if (outcome === '200' && fate !== 'again') return { batch, outcome: 'delivered', attempts, waitsMs };
    if (outcome === '200') continue;
    const backoffMs = Math.min(longestWaitMs, firstWaitMs * 2 ** waitsMs.length);
    const waitMs = Math.round(backoffMs * (0.85 + 0.3 * random()));
    if (clock.nowMs() + waitMs > endMs) return { batch, outcome: 'backed up', attempts, waitsMs };
    waitsMs.push(waitMs);
    await clock.wait(waitMs);
  }
}

export function bodyOf({ contentEncoding }: Pick<FirehoseStream, 'contentEncoding'>, batch: FirehoseBatch): Buffer {
  const { requestId, timestamp, records } = batch;
  const json = JSON.stringify({
    requestId,
    timestamp,
    records: records.map((record) => ({ data: Buffer.from(record).toString('base64') })),
  });
  return contentEncoding === 'gzip' ? gzipSync(json) : Buffer.from(json);
}

export function headersOf(
  { accessKey, sourceArn, contentEncoding, commonAttributes }: FirehoseStream,
  { requestId }: FirehoseBatch,
): Record<string, string> {
  const key = accessKey();
  return {
    'Content-Type': 'application/json',
    ...(contentEncoding === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}),
    'X-Amz-Firehose-Protocol-Version': '1.0',
    'X-Amz-Firehose-Request-Id': requestId,
    'X-Amz-Firehose-Source-Arn': sourceArn,
    ...(key === '' ? {} : { 'X-Amz-Firehose-Access-Key': key }),
    ...(commonAttributes === undefined
      ? {}
      : { 'X-Amz-Firehose-Common-Attributes': JSON.stringify({ commonAttributes }) }),
  };
}

async function attempt(stream: FirehoseStream, batch: FirehoseBatch, body: Buffer, fate: Mishap): Promise<string> {
  const headers = { ...headersOf(stream, batch), 'Content-Length': String(body.length) };
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(stream.url(), { method: 'POST', headers, agent: false }, resolve);
      sent.on('error', reject);
      if (fate !== 'cut') sent.end(body);
      else sent.write(body.subarray(0, Math.ceil(body.length / 2)), () => sent.destroy(new Error('cut')));
    });
    const problem = await judgeAnswer(answer, batch.requestId);
    if (fate === 'unheard') return 'unheard';
    return problem ?? String(answer.statusCode);
  } catch (error) {
    return error instanceof Error ? error.message : 'broken';
  }
}

/** What makes an answer as good as a 500; null: it counts by its status. */
async function judgeAnswer(answer: IncomingMessage, requestId: string): Promise<string | null> {
  const { headers } = answer;
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (answer.statusCode === 413) return null;
  if (headers['content-type'] !== 'application/json') return `answer of type ${headers['content-type']}`;
  if (headers['content-encoding'] !== undefined) return 'answer with Content-Encoding';
  if (headers['content-length'] !== String(body.length)) return 'answer without Content-Length';
  if (body.length > maxAnswerBytes) return 'answer of more than 1 MiB';
  const told = parse(body);
  if (told?.['requestId'] !== requestId) return 'answer with another requestId';
  if (!Number.isSafeInteger(told['timestamp'])) return 'answer without timestamp';
  const { errorMessage } = told;
  if (errorMessage !== undefined && (typeof errorMessage !== 'string' || errorMessage.length > 8192)) {
    return 'answer with a long errorMessage';
  }
  return null;
}

function parse(body: Buffer): Record<string, unknown> | null {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function guid(random: () => number): string {
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}
