/** A worker that can be cut off from Temporal: to the server it has died, with its workflow task in hand. */
import { connect, createServer, type Socket } from 'node:net';
import { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import { createModel } from '../../activities/model.ts';
import type { Agent } from '../../agents/define.ts';
import { createWorker } from '../../workers/worker.ts';
import type { Platform } from './platform.ts';

export interface CutOffWorker {
  /** From now on nothing passes in either direction. */
  cut(): void;
  /** Lets it through again, to drain and end. */
  stop(): Promise<void>;
}

export async function startWorkerToCutOff(platform: Platform, agents: readonly Agent[]): Promise<CutOffWorker> {
  const tunnel = await openTunnel(inject('temporalAddress'));
  const connection = await NativeConnection.connect({ address: tunnel.address });
  const ignore = () => undefined;
  const worker = await createWorker({
    connection,
    namespace: 'default',
    taskQueue: platform.taskQueue,
    database: platform.database,
    model: createModel({ baseURL: platform.standIn.url, apiKey: 'test' }),
    agents,
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    slowAfterMs: 1_000,
    options: {
      workflowBundle: { codePath: inject('bundlePath') },
      maxCachedWorkflows: 0,
      shutdownGraceTime: '1 second',
    },
  });
  const ran = worker.run();
  return {
    cut: tunnel.cut,
    async stop() {
      tunnel.mend();
      worker.shutdown();
      await ran;
      await connection.close();
      await tunnel.close();
    },
  };
}

async function openTunnel(target: string) {
  const [host = '127.0.0.1', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(Number(port), host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the tunnel has no port');
  return {
    address: `127.0.0.1:${address.port}`,
    cut() {
      whole = false;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      whole = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
