import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { judgeAnswer, judgeFailure, judgeUrl } from './judge-probe.js';
import type { ProbeAnswer, ProbeFinding, ProbeRequest, ProbeTarget } from './probe.js';

export interface ProbeTools {
  /** Follows no redirect and unpacks nothing. Rejects when no answer comes: with the platform's error, whose `code` says why. */
  readonly post: (request: ProbeRequest) => Promise<ProbeAnswer>;
  readonly nowMs: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Of the large requests, before base64; default: the 64 MiB that Firehose buffers at most. */
  readonly bodyBytes?: number;
}

const MiB = 1024 * 1024;
export const largestBufferBytes = 64 * MiB;
/** The endpoint has three minutes. */
const timeoutMs = 180_000;
/** A record may have 1,024,000. */
const recordBytes = 1_000_000;
const standInArn = 'arn:aws:firehose:us-east-1:000000000000:deliverystream/why403-check';

/**
 * Posts what Firehose might post: a small request, then 64 MiB as they are and 64 MiB packed, and says in sentences what it would make
 * of the answers. The records only ask whether someone listens (CONTROL_MESSAGE): nothing of them is stored. Ends with the small
 * one if it meets a problem.
 */
export async function probeFirehose(target: ProbeTarget, tools: ProbeTools): Promise<readonly ProbeFinding[]> {
  const findings: ProbeFinding[] = [...judgeUrl(target.url)];
  if (findings.some(isProblem)) return findings;
  const bodyBytes = tools.bodyBytes ?? largestBufferBytes;
  findings.push(...(await probe(target, tools, { record: controlRecord(''), records: 1, packed: false })));
  if (findings.some(isProblem)) return findings;
  // As little compressible as packed logs are.
  const record = controlRecord(Buffer.from(tools.randomBytes(recordBytes / 2)).toString('hex'));
  const records = Math.ceil(bodyBytes / recordBytes);
  for (const packed of [false, true]) findings.push(...(await probe(target, tools, { record, records, packed })));
  return findings;
}

const isProblem = ({ level }: ProbeFinding): boolean => level === 'problem';

interface Sent {
  /** Base64. */
  readonly record: string;
  readonly records: number;
  readonly packed: boolean;
}

async function probe(
  { url, token, sourceArn }: ProbeTarget,
  { post, nowMs, randomBytes }: ProbeTools,
  { record, records, packed }: Sent,
): Promise<readonly ProbeFinding[]> {
  const requestId = `why403-check-${Buffer.from(randomBytes(8)).toString('hex')}`;
  const json = probeBody(requestId, Math.floor(nowMs()), record, records);
  // What it holds is random: packing it harder gains nothing.
  const body = packed ? gzipSync(json, { level: 1 }) : json;
  const sent = `a request of ${sizeText(body.length)}${packed ? `, gzip of ${sizeText(json.length)},` : ''}`;
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': String(body.length),
    ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
    'X-Amz-Firehose-Protocol-Version': '1.0',
    'X-Amz-Firehose-Request-Id': requestId,
    'X-Amz-Firehose-Source-Arn': sourceArn ?? standInArn,
    'X-Amz-Firehose-Access-Key': token,
  };
  const startedMs = nowMs();
  try {
    const answer = await post({ url, headers, body, timeoutMs });
    return judgeAnswer(answer, { requestId, sent, seconds: (nowMs() - startedMs) / 1000 });
  } catch (error) {
    return [judgeFailure(error, sent)];
  }
}

/** Base64 of a control message, filled up with this. */
function controlRecord(filling: string): string {
  const message = `CWL CONTROL MESSAGE: Checking health of destination Firehose. ${filling}`;
  const payload = {
    messageType: 'CONTROL_MESSAGE',
    owner: 'CloudwatchLogs',
    logGroup: '',
    logStream: '',
    subscriptionFilters: [],
    logEvents: [{ id: '', timestamp: 0, message }],
  };
  return Buffer.from(JSON.stringify(payload)).toString('base64');
}

function probeBody(requestId: string, timestamp: number, record: string, records: number): Buffer {
  const head = JSON.stringify({ requestId, timestamp }).slice(0, -1);
  const each = Buffer.from(`{"data":"${record}"}`);
  const parts: Uint8Array[] = [Buffer.from(`${head},"records":[`)];
  for (let i = 0; i < records; i++) parts.push(...(i === 0 ? [] : [Buffer.from(',')]), each);
  parts.push(Buffer.from(']}'));
  return Buffer.concat(parts);
}

const sizeText = (bytes: number): string =>
  bytes < MiB ? `${Math.ceil(bytes / 1024)} KiB` : `${Math.round(bytes / MiB)} MiB`;
