// Loopback TCP: a PostgreSQL of a few messages, which answers when the test says so.
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Database } from '../../db/database.ts';
import { openPool } from '../../db/pool.ts';
import { until } from '../support/until.ts';

type Answer = 'now' | 'error' | 'later';

interface Server {
  readonly url: string;
  /** Connections that are open. */
  readonly sockets: Set<Socket>;
  /** Connections ever made. */
  made: number;
  /** What comes after a connection was made, and after LISTEN. */
  greeting: Answer;
  listening: Answer;
  /** LISTENs that were answered. */
  heard: number;
  /** Answers what waits for an answer. */
  release(): void;
  close(): Promise<void>;
}

const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
const message = (kind: string, body: string) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, Buffer.from(body, 'latin1')]);
};
const GREETING = Buffer.concat([message('R', '\0\0\0\0'), READY]);
const LISTENING = Buffer.concat([message('C', 'LISTEN\0'), READY]);
const REFUSAL = Buffer.concat([message('E', 'SERROR\0C25006\0Mcannot execute LISTEN during recovery\0\0'), READY]);

async function startServer(): Promise<Server> {
  const waiting: (() => void)[] = [];
  const answer = (how: Answer, socket: Socket, good: Buffer) => {
    const bytes = how === 'error' ? REFUSAL : good;
    if (how === 'later') waiting.push(() => socket.write(bytes));
    else socket.write(bytes);
  };
  const server = createServer((socket) => {
    self.sockets.add(socket);
    self.made += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => self.sockets.delete(socket));
    socket.once('data', () => {
      answer(self.greeting, socket, GREETING);
      socket.on('data', (data) => {
        if (data[0] !== 'Q'.charCodeAt(0)) return;
        self.heard += 1;
        answer(self.listening, socket, LISTENING);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const self: Server = {
    url: `postgres://x:x@127.0.0.1:${address.port}/x`,
    sockets: new Set(),
    made: 0,
    greeting: 'now',
    listening: 'now',
    heard: 0,
    release: () => waiting.splice(0).forEach((send) => send()),
    async close() {
      for (const socket of self.sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

describe('the connection that listens', () => {
  let server: Server;
  let database: Database;

  afterEach(async () => {
    await database.close();
    await server.close();
  });

  async function listen(onLost?: () => void) {
    database = openPool({ url: server.url });
    return database.listen(() => undefined, onLost);
  }

  it('is ended when LISTEN fails, and made anew until it works', async () => {
    server = await startServer();
    server.listening = 'error';
    let lost = 0;
    const stop = await listen(() => (lost += 1));
    await until('no connection is left behind', () => server.sockets.size === 0);
    await until('another is tried', () => server.made === 2 && server.sockets.size === 0);
    server.listening = 'now';
    await until('it listens again', () => lost === 1);
    expect(server.sockets.size).toBe(1);
    await stop();
    await until('it has ended', () => server.sockets.size === 0);
    expect(lost).toBe(1);
  });

  it.each(['greeting', 'listening'] as const)('is ended when it is stopped while the %s is awaited', async (part) => {
    server = await startServer();
    let lost = 0;
    const stop = await listen(() => (lost += 1));
    const heard = server.heard;
    server[part] = 'later';
    for (const socket of server.sockets) socket.destroy();
    await until('it comes back', () => server.made === 2 && (part === 'greeting' || server.heard > heard));
    const stopped = stop();
    server.release();
    await stopped;
    await until('no connection is left behind', () => server.sockets.size === 0, 3_000);
    expect(lost).toBe(0);
  });
});
