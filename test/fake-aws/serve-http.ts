import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer-call.js';
import type { WireRequest } from './aws-service.js';

export interface HttpServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://127.0.0.1');
  return {
    method: message.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function write(answer: Answer, response: ServerResponse): void {
  if (answer.cut === 'before') {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.response.body);
  // Without a Date header the SDK does not take the fake's host for a clock.
  response.sendDate = false;
  response.writeHead(answer.response.status, { ...answer.response.headers, 'content-length': body.length });
  if (answer.cut === 'half') {
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    return;
  }
  response.end(body);
}

/** One server on loopback and a free port. */
export async function serveHttp(answer: (request: WireRequest) => Promise<Answer>): Promise<HttpServer> {
  const server = createServer((message, response) => {
    readRequest(message)
      .then(answer)
      .then(
        (answered) => write(answered, response),
        // A mistake in the fake or in a test's world: loud, and not one of AWS's own errors.
        (error: unknown) => {
          response.writeHead(500, { 'content-type': 'application/json', 'x-amzn-errortype': 'FakeAwsBroke' });
          response.end(JSON.stringify({ __type: 'FakeAwsBroke', message: String(error) }));
        },
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
