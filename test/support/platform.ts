/** The whole platform in a test's process: real Temporal, a database with a schema of its own, worker, API, stand-in. */
import { Client, Connection } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  type Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { inject } from 'vitest';
import { createModel, type Model } from '../../activities/model.ts';
import type { Agent } from '../../agents/define.ts';
import { createApi } from '../../api/server.ts';
import { createClient, type Client as HandbackClient } from '../../client/index.ts';
import { workflowIdOf } from '../../core/conversation.ts';
import type { Database } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { createKey } from '../../db/keys.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';
import { openPool } from '../../db/pool.ts';
import { conversationsOn } from '../../engine/conversations.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import type { LazyEmbedder } from '../../workers/scopes.ts';
import { startSweeper } from '../../workers/sweeper.ts';
import { createWorker } from '../../workers/worker.ts';

export interface PlatformOptions {
  readonly agents: (database: Database) => readonly Agent[];
  readonly migrations?: Readonly<Record<string, string | URL>>;
  readonly slowAfterMs?: number;
  readonly deployment?: { readonly name: string; readonly buildId: string };
  readonly worker?: Partial<WorkerOptions>;
  /** Default: the stand-in, as the default provider. */
  readonly model?: (standIn: StandIn) => Model;
  readonly standIn?: Parameters<typeof startStandIn>[0];
  /** For agents with a scope. */
  readonly embedder?: LazyEmbedder['open'];
  /** Servers of the test's own, where it takes them down. */
  readonly temporalAddress?: string;
  readonly databaseUrl?: string;
}

export interface RunningWorker {
  readonly worker: Worker;
  /** Drains and ends. */
  stop(): Promise<void>;
}

export interface Platform {
  readonly tenant: string;
  readonly database: Database;
  readonly schema: string;
  readonly taskQueue: string;
  readonly temporal: Client;
  readonly standIn: StandIn;
  readonly apiUrl: string;
  readonly apiKey: string;
  /** The typed client, with a key of every role. */
  readonly client: HandbackClient;
  startWorker(options?: Partial<PlatformOptions>): Promise<RunningWorker>;
  /** Drains and ends every worker. */
  stopWorkers(): Promise<void>;
  /** The name under which the stand-in knows a conversation. */
  nameOf(conversation: string): string;
  workflowIdOf(conversation: string): string;
  stop(): Promise<void>;
}

let made = 0;

/** Everything but the worker; `startWorker` as often as needed. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  quietSdk();
  const address = options.temporalAddress ?? inject('temporalAddress');
  const name = `t${process.pid}_${Date.now().toString(36)}_${made++}`;
  const tenant = name.replaceAll('_', '-');
  const database =
    process.env['HANDBACK_TEST_DATABASE'] === 'embedded'
      ? await openEmbedded()
      : openPool({ url: options.databaseUrl ?? inject('databaseUrl'), schema: name, maxConnections: 10 });
  await migrate(database, { ...PLATFORM_MIGRATIONS, ...options.migrations });
  const { key } = await createKey(database, {
    tenant,
    name: 'test',
    roles: ['service', 'operator', 'supervisor', 'engineer', 'admin'],
    requestsPerMinute: 1_000_000,
  });
  const standIn = await startStandIn(options.standIn);
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection });
  const taskQueue = name;
  const conversations = conversationsOn(temporal, taskQueue);
  const log = quietLog();
  const api = createApi({ database, conversations, log, config: { version: 'test' } });
  const { url } = await api.listen({ port: 0, host: '127.0.0.1' });
  const workers = new Set<RunningWorker>();
  const stopWorkers = async () => {
    await Promise.all([...workers].map((worker) => worker.stop()));
  };

  return {
    tenant,
    database,
    schema: name,
    taskQueue,
    temporal,
    standIn,
    apiUrl: url,
    apiKey: key,
    client: createClient({ baseUrl: url, key }),
    nameOf: (conversation) => `${tenant}/${conversation}`,
    workflowIdOf: (conversation) => workflowIdOf({ tenant, id: conversation }),
    async startWorker(overrides = {}) {
      const given = { ...options, ...overrides };
      const native = await NativeConnection.connect({ address });
      const worker = await createWorker({
        connection: native,
        namespace: 'default',
        taskQueue,
        database,
        model: given.model?.(standIn) ?? createModel({ baseURL: standIn.url, apiKey: 'test' }),
        agents: given.agents(database),
        log,
        embedder: given.embedder,
        slowAfterMs: given.slowAfterMs ?? 1_000,
        deployment: given.deployment,
        options: {
          workflowBundle: { codePath: inject('bundlePath') },
          // Every workflow task replays from the start: what is not deterministic shows at once.
          maxCachedWorkflows: 0,
          shutdownGraceTime: '2 seconds',
          ...given.worker,
        },
      });
      const sweeper = startSweeper(database, conversations, log);
      const ran = worker.run();
      const running: RunningWorker = {
        worker,
        async stop() {
          if (!workers.delete(running)) return;
          await sweeper.stop();
          worker.shutdown();
          await ran;
          await native.close();
        },
      };
      workers.add(running);
      return running;
    },
    stopWorkers,
    async stop() {
      await stopWorkers();
      await api.close();
      await standIn.close();
      await connection.close();
      await database.close();
    },
  };
}

/** The SDK's log lines are about workers starting and stopping, and about faults that tests make on purpose. */
function quietSdk(): void {
  if (quiet) return;
  quiet = true;
  const shown = process.env['HANDBACK_TEST_LOG'] === undefined ? 'ERROR' : 'INFO';
  Runtime.install({
    logger: new DefaultLogger(shown),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: shown }), forward: {} } },
    shutdownSignals: [],
  });
}
let quiet = false;

function quietLog() {
  const ignore = () => undefined;
  const show = (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: process.env['HANDBACK_TEST_LOG'] === undefined ? ignore : show,
  };
}
