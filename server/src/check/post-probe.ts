import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ProbeAnswer, ProbeRequest } from './probe.js';

/** More than a megabyte is no answer for Firehose anyway. */
const maxAnswerBytes = 1024 * 1024 + 1;

/** One request as Firehose sends it: nothing is followed, unpacked or kept alive. */
export function postProbe({ url, headers, body, timeoutMs }: ProbeRequest): Promise<ProbeAnswer> {
  const request = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    let answered = false;
    const sent = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      answered = true;
      read(answer).then(resolve, reject);
    });
    const timer = setTimeout(
      () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    );
    sent.once('close', () => clearTimeout(timer));
    sent.on('error', (error) => {
      // Whoever refuses early may close while we are still sending; what it said counts.
      if (!answered) reject(error);
    });
    sent.end(body);
  });
}

async function read(answer: IncomingMessage): Promise<ProbeAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) break;
    }
  } catch (error) {
    // As above: the status has come.
    if (answer.statusCode === 200) throw error;
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return { status: answer.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8') };
}
