/** Temporal, PostgreSQL and the API of a run. The workers are `workers.ts`: they are what dies. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../../api/server.ts';
import type { Database } from '../../db/database.ts';
import { createKey } from '../../db/keys.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';
import { openPool } from '../../db/pool.ts';
import { lazyClient } from '../../engine/connection.ts';
import { conversationsOn } from '../../engine/conversations.ts';
import type { Env } from '../../services/cache.ts';
import { findPostgres, findTemporal } from '../../services/fetch.ts';
import { freePorts } from '../../services/ports.ts';
import { startPostgres } from '../../services/postgres.ts';
import { startTemporal } from '../../services/temporal.ts';
import { createLog } from '../../telemetry/log.ts';

export interface Stack {
  readonly folder: string;
  readonly temporalAddress: string;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly apiUrl: string;
  readonly apiKey: string;
  /** @param keep leaves the logs where they are */
  stop(keep: boolean): Promise<void>;
}

const TASK_QUEUE = 'handback';

export async function startStack(tenant: string, env: Env, log: (line: string) => void): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'handback-crashes-'));
  // PostgreSQL runs as another user when we are root, and must be able to get to its data.
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'crashes'));
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (keep: boolean) => {
    for (const end of stops.toReversed()) await end().catch((error: unknown) => log(`stopping: ${String(error)}`));
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  try {
    const options = { env, onProgress: log };
    const [temporalBinary, postgresBinaries] = await Promise.all([findTemporal(options), findPostgres(options)]);
    const [temporalPort = 0, postgresPort = 0] = await freePorts(2);
    const temporal = await startTemporal({
      binary: temporalBinary.path,
      port: temporalPort,
      logFile: join(folder, 'temporal.log'),
    });
    stops.push(() => temporal.stop());
    const postgres = await startPostgres({
      binDir: postgresBinaries.binDir,
      dataDir: join(folder, 'postgres'),
      port: postgresPort,
      logFile: join(folder, 'postgres.log'),
      durable: false,
    });
    stops.push(() => postgres.stop());
    const database = openPool({ url: postgres.url, applicationName: 'handback-crashes' });
    stops.push(() => database.close());
    await migrate(database, PLATFORM_MIGRATIONS);
    const { key } = await createKey(database, {
      tenant,
      name: 'crashes',
      roles: ['service', 'engineer'],
      requestsPerMinute: 1_000_000,
    });
    const client = lazyClient({
      address: temporal.address,
      namespace: 'default',
      taskQueue: TASK_QUEUE,
      apiKey: undefined,
      tls: false,
    });
    stops.push(() => client.connection.close());
    const api = createApi({
      database,
      conversations: conversationsOn(client, TASK_QUEUE),
      log: createLog('error', 'crashes', join(folder, 'api.log')),
      config: { version: 'crashes' },
    });
    const { url } = await api.listen({ port: 0, host: '127.0.0.1' });
    stops.push(() => api.close());
    return {
      folder,
      temporalAddress: temporal.address,
      databaseUrl: postgres.url,
      database,
      apiUrl: url,
      apiKey: key,
      stop,
    };
  } catch (error) {
    await stop(true);
    log(`the logs are in ${folder}`);
    throw error;
  }
}
