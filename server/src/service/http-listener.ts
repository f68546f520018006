import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceError } from './service-error.js';

export interface Listener {
  /** `http://127.0.0.1:4030`, with the port that was taken. */
  readonly url: string;
  /** Takes no new requests; resolves when those under way have been answered. */
  drain(): Promise<void>;
  /** Ends what is still open. */
  close(): void;
}

/** Headers come first and at once, whoever is slow with them holds nothing but a socket. */
const headersTimeoutMs = 10_000;
/** How often the server looks for those who are late. */
const checkEveryMs = 5_000;
const keepAliveTimeoutMs = 65_000;
/** A big body over a slow line. */
const requestTimeoutMs = 10 * 60_000;

/** Firehose may send 50 common attributes of 1,280 characters in a header, and a key of 4,096 in another. */
const maxHeaderSize = 96 * 1024;

/** `onError` is told in words what goes wrong later: too many open files, for example. */
export async function listen(
  handler: RequestListener,
  host: string,
  port: number,
  onError: (problem: string) => void,
): Promise<Listener> {
  const server = createServer(
    {
      maxHeaderSize,
      headersTimeout: headersTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkEveryMs,
    },
    handler,
  );
  const underWay = new Set<ServerResponse>();
  let drained: (() => void) | null = null;
  server.prependListener('request', (_request, response) => {
    underWay.add(response);
    // A connection that is kept alive could go on asking for ever.
    if (drained !== null) response.setHeader('Connection', 'close');
    response.once('close', () => {
      underWay.delete(response);
      if (underWay.size === 0) drained?.();
    });
  });
  await listening(server, host, port);
  server.on('error', ({ code, name }: NodeJS.ErrnoException) => {
    onError(`a connection could not be taken (${code ?? name})`);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    drain() {
      return new Promise((resolve) => {
        drained = resolve;
        server.close();
        server.closeIdleConnections();
        if (underWay.size === 0) resolve();
      });
    },
    close: () => server.closeAllConnections(),
  };
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const sentence = sentences[code];
    if (sentence === undefined) throw error;
    throw new ServiceError('address', sentence(host, port), hint, { cause: error });
  }
}

const hint = 'Give another one with --port or --host, or in the configuration (listen).';
const sentences: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} of ${host} is in use by another process.`,
  EACCES: (host, port) => `Port ${port} of ${host} may not be opened: permission denied.`,
  EADDRNOTAVAIL: (host) => `The address ${host} is none of this machine.`,
  ENOTFOUND: (host) => `The host name ${host} is not known.`,
  EAI_AGAIN: (host) => `The host name ${host} is not known.`,
};
