/** TCP ports of this machine. */

import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

const PATIENCE_MS = 2_000;
/** Above what programs are usually set to. */
const FIRST = 20_000;
const FIRST_OUTGOING = 32_768;

/** Whether somebody could listen on 127.0.0.1 at that port now. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = await listen(port, host).catch(() => undefined);
  if (server === undefined) return false;
  await close(server);
  return true;
}

/**
 * Ports nobody listens on, all different, and below those that systems give to outgoing connections (from 32768 on Linux,
 * from 49152 elsewhere): a connection that is made between now and their use must not take one. Another program may still: try
 * again then.
 *
 * @throws Error when a hundred attempts a port find none
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  // All are held until the last one is known, so that none comes twice.
  for (let left = count * 100; servers.length < count && left > 0; left -= 1) {
    const server = await listen(randomInt(FIRST, FIRST_OUTGOING), '127.0.0.1').catch(() => undefined);
    if (server !== undefined) servers.push(server);
  }
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  if (ports.length < count) throw new Error(`Found no ${count} free TCP ports on 127.0.0.1.`);
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('the machine has no free TCP port on 127.0.0.1');
  return port;
}

/**
 * Waits a moment for the port (a server that was just ended may still hold it).
 *
 * @throws Error that names the port, what wanted it and what to do about it
 */
export async function requireFreePort(port: number, what: string, remedy: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    if (await isPortFree(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Port ${port} on 127.0.0.1, wanted by ${what}, is taken by another program. ${remedy}`);
}

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
