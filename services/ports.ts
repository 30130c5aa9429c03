/** TCP ports of this machine. */

import { createServer, type Server } from 'node:net';

const PATIENCE_MS = 2_000;

/** Whether somebody could listen on 127.0.0.1 at that port now. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const server = await listen(port, host).catch(() => undefined);
  if (server === undefined) return false;
  await close(server);
  return true;
}

/**
 * Ports nobody listens on, all different. Another process may take one before it is used: try again then.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  // All are held until the last one is known, so that none comes twice.
  for (let index = 0; index < count; index += 1) servers.push(await listen(0, '127.0.0.1'));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
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
