/** Everything in one process, for development: what `handback start` runs. */
import { join } from 'node:path';
import type { AgentsModule } from '../../agents/module.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { createKey, findKey, hashKey, KEY_ROLES } from '../../db/keys.ts';
import { openPool } from '../../db/pool.ts';
import { lazyClient } from '../../engine/connection.ts';
import { type Conversations, conversationsOn } from '../../engine/conversations.ts';
import { findEmbeddingModel } from '../../services/fetch.ts';
import { createLog, installSdkLog, type Logger } from '../../telemetry/log.ts';
import { importAgents } from '../../workers/agents-file.ts';
import { type DevFile, removeDevFile, writeDevFile } from '../dev-file.ts';
import { CommandError, withDatabaseNamed } from '../failure.ts';
import type { Home } from './home.ts';
import { type KeptTemporal, keepTemporal } from './keep-temporal.ts';
import type { Life } from './life.ts';
import { applyMigrations } from './migrations.ts';
import { modelOf } from './model-of.ts';
import { runWorker } from './run-worker.ts';
import { serveApi } from './serve-api.ts';
import { waitFor } from './wait-for.ts';
import { watchServices } from './watch-services.ts';

export interface DevStackOptions {
  readonly config: Config;
  readonly home: Home;
  /** Done when the embedded database's folder is there. */
  readonly prepared: Promise<void>;
  readonly life: Life;
  readonly say: (line: string) => void;
}

export interface DevStack {
  readonly dev: DevFile;
  readonly agents: readonly string[];
  readonly model: string;
  readonly temporalUi: string | undefined;
}

/** Resolves when `/readyz` says ready and `dev.json` is written. What is started ends with `life`. */
export async function startDevStack(options: DevStackOptions): Promise<DevStack> {
  const { config, home, life, say } = options;
  const log = createLog(config.logLevel, 'handback', join(home.logs, 'handback.log'));
  installSdkLog(log);
  const module = importAgents(config.agentsFile);
  const [engine, database, model] = await Promise.all([
    startEngine(options, (pid) => announce({ pids: { handback: process.pid, temporal: pid } })),
    module.then((loaded) => openDatabase(options, loaded, log)),
    modelOf(config, say).then((model) => {
      life.onEnd('services', model.stop);
      return model;
    }),
  ]);
  const { temporal, conversations, kept } = engine;

  const [api, worker, apiKey] = await Promise.all([
    serveApi({ host: config.host, port: config.port }, { database, conversations, log }),
    runWorker({
      config,
      temporal,
      database,
      conversations,
      modelFor: model.modelFor,
      module: await module,
      encoderFiles: () => findEmbeddingModel({ env: config.env, onProgress: say }),
      log,
      // Ctrl-C is to end within three seconds; a call that is cut off is made again after the next start.
      options: { shutdownGraceTime: '500 milliseconds', shutdownForceTime: '1200 milliseconds' },
    }),
    keyFor(database, home),
  ]);
  life.onEnd('serving', api.stop);
  life.onEnd('serving', worker.stop);
  worker.ended.catch(life.fail);
  await untilReady(api.url, life.ending);

  let dev: DevFile = {
    apiUrl: api.url,
    apiKey,
    temporalAddress: temporal.address,
    ...(config.database.url === undefined ? {} : { databaseUrl: config.database.url }),
    pids: { handback: process.pid, ...(kept === undefined ? {} : { temporal: kept.pid() }) },
  };
  async function announce(change: Partial<DevFile>): Promise<void> {
    dev = { ...dev, ...change };
    await writeDevFile(home.path, dev);
  }
  await announce({});
  life.onEnd('announcement', () => removeDevFile(home.path));
  watchServices({ database, conversations, say, log, signal: life.ending });
  return { dev, agents: worker.agents, model: model.description, temporalUi: kept?.uiUrl };
}

interface Engine {
  readonly temporal: Config['temporal'] & { readonly address: string };
  readonly conversations: Conversations;
  /** Where Temporal is a child of ours. */
  readonly kept: KeptTemporal | undefined;
}

async function startEngine(
  { config, home, life, say }: DevStackOptions,
  onRestart: (pid: number) => Promise<void>,
): Promise<Engine> {
  const { address } = config.temporal;
  const kept =
    address === undefined
      ? await keepTemporal({ config, home, say, onRestart: (pid) => void onRestart(pid).catch(life.fail) })
      : undefined;
  if (kept !== undefined) life.onEnd('services', kept.stop);
  const temporal = { ...config.temporal, address: address ?? kept?.address ?? '' };
  const client = lazyClient(temporal);
  life.onEnd('services', () => client.connection.close());
  const conversations = conversationsOn(client, temporal.taskQueue);
  const reached = async () =>
    (await conversations.reachable()) ? undefined : `Temporal at ${address} does not answer`;
  if (kept === undefined) await waitFor(reached, { say, signal: life.ending });
  return { temporal, conversations, kept };
}

async function openDatabase(options: DevStackOptions, module: AgentsModule, log: Logger): Promise<Database> {
  const { config, home, prepared, life } = options;
  const { url, schema } = config.database;
  const onError = (error: Error) => log.warn({ err: error }, 'an idle database connection broke');
  if (url === undefined) await prepared;
  const database =
    url === undefined
      ? await openEmbedded(home.database)
      : openPool({ url, schema, applicationName: 'handback-start', onError });
  life.onEnd('services', () => database.close());
  await withDatabaseNamed(config, () => applyMigrations(database, module));
  return database;
}

/** The home's key where it still opens everything; a new one on the first start and on another database. */
async function keyFor(database: Database, home: Home): Promise<string> {
  const grant = home.apiKey === undefined ? undefined : await findKey(database, hashKey(home.apiKey));
  if (home.apiKey !== undefined && KEY_ROLES.every((role) => grant?.roles.includes(role))) return home.apiKey;
  const { key } = await createKey(database, { tenant: 'dev', name: 'handback start', roles: KEY_ROLES });
  await home.keepKey(key);
  return key;
}

const READY_MS = 30_000;

async function untilReady(apiUrl: string, ending: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!ending.aborted) {
    const answer = await fetch(`${apiUrl}/readyz`);
    if (answer.ok) return;
    if (Date.now() > deadline) throw new CommandError(`The API is not ready: ${await answer.text()}`);
    await answer.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
