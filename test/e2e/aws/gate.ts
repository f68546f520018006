import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The network between a program and a server: an address that stays the same while the way is cut and comes back. */
export interface Gate {
  /** `http://<host>:<port>` */
  readonly url: string;
  /** From now on nobody answers there; what is under way breaks. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** Nobody else listens there, so that the port is not taken while the gate is closed. Only Linux has it without being asked. */
const host = process.platform === 'linux' ? '127.0.0.77' : '127.0.0.1';

export async function createGate(target: string): Promise<Gate> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((incoming) => {
    const outgoing = connect(Number(targetPort), hostname);
    keep(incoming);
    keep(outgoing);
    incoming.pipe(outgoing).pipe(incoming);
  });
  const listenAt = async (port: number): Promise<void> => {
    server.listen(port, host);
    await once(server, 'listening');
  };
  await listenAt(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    open: () => listenAt(port),
  };
}
