/**
 * What is measured, all on one Temporal server, one PostgreSQL and one stand-in model: Handback's worker and API, and the
 * plain conversation's worker and API, each a process of its own. Both are safe in a power cut (fsync on).
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { Database } from '../db/database.ts';
import { createKey } from '../db/keys.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../db/migrate.ts';
import { openPool } from '../db/pool.ts';
import { findPostgres, findTemporal } from '../services/fetch.ts';
import { freePorts } from '../services/ports.ts';
import { startPostgres } from '../services/postgres.ts';
import { startTemporal } from '../services/temporal.ts';
import { startStandIn } from '../stand-in/server.ts';
import { type BenchModel, benchModel } from './model.ts';
import { PLAIN_TABLE } from './plain/activities.ts';
import type { PlainSettings } from './plain/settings.ts';
import { type Kept, keep } from './processes.ts';

export const TENANT = 'bench';
export const TASK_QUEUE = 'handback';
export const PLAIN_TASK_QUEUE = 'plain';

export interface Stack {
  readonly temporal: Client;
  readonly database: Database;
  readonly model: BenchModel;
  readonly modelUrl: string;
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly plainUrl: string;
  readonly pids: { readonly temporal: number; readonly postgres: number };
  readonly temporalBinary: string;
  readonly handback: Processes;
  readonly plain: Processes;
  readonly folder: string;
  stop(): Promise<void>;
}

export interface Processes {
  readonly api: Kept;
  readonly worker: Kept;
  /** One more worker, e.g. to stand by. The caller stops it. */
  anotherWorker(name: string): Promise<Kept>;
}

export interface StackOptions {
  readonly onProgress: (line: string) => void;
  /** Where the workers leave CPU profiles when they are stopped. */
  readonly profileFolder?: string;
}

/** Nothing is waited for but the servers: the first turn waits for the rest. */
export async function startStack({ onProgress, profileFolder }: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'handback-bench-'));
  // PostgreSQL may run as another user, who must be able to get to its data.
  await chmod(folder, 0o755);
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each().catch((error: unknown) => onProgress(String(error)));
  };
  try {
    const [temporalBinary, { binDir }] = await Promise.all([
      findTemporal({ env: process.env, onProgress }),
      findPostgres({ env: process.env, onProgress }),
    ]);
    const [temporalPort = 0, postgresPort = 0, apiPort = 0, plainPort = 0] = await freePorts(4);
    const log = (name: string) => join(folder, `${name}.log`);
    const temporal = await startTemporal({
      binary: temporalBinary.path,
      port: temporalPort,
      dataFile: join(folder, 'temporal.db'),
      logFile: log('temporal'),
    });
    stops.push(() => temporal.stop());
    const postgres = await startPostgres({
      binDir,
      port: postgresPort,
      dataDir: join(folder, 'postgres'),
      logFile: log('postgres'),
    });
    stops.push(() => postgres.stop());

    const model = benchModel();
    const standIn = await startStandIn({ answer: model.answer, record: 'counts' });
    stops.push(() => standIn.close());
    const database = openPool({ url: postgres.url, applicationName: 'handback-bench' });
    stops.push(() => database.close());
    await migrate(database, PLATFORM_MIGRATIONS);
    await database.session((session) => session.query(PLAIN_TABLE));
    const { key } = await createKey(database, {
      tenant: TENANT,
      name: 'bench',
      roles: ['service', 'engineer'],
      requestsPerMinute: 1_000_000,
    });
    const connection = await Connection.connect({ address: temporal.address });
    stops.push(() => connection.close());

    const env = {
      ...process.env,
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: temporal.address,
      OPENAI_BASE_URL: standIn.url,
      OPENAI_API_KEY: 'stand-in',
      HANDBACK_AGENTS: compiled('./agent.js'),
      HANDBACK_TASK_QUEUE: TASK_QUEUE,
      HANDBACK_LOG_LEVEL: 'warn',
      PORT: String(apiPort),
    };
    const settings = {
      temporalAddress: temporal.address,
      taskQueue: PLAIN_TASK_QUEUE,
      databaseUrl: postgres.url,
      modelUrl: standIn.url,
      bundlePath: await plainBundle(folder),
      port: plainPort,
    };
    const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const cli = compiled('../cli/main.js');
    const [handback, plain] = await Promise.all([
      startProcesses(folder, 'handback', env, (verb) => [...profiling, cli, verb]),
      startProcesses(folder, 'plain', process.env, (verb) => [...profiling, ...plainArguments(verb, settings)]),
    ]);
    stops.push(
      () => handback.worker.stop(),
      () => plain.worker.stop(),
      () => handback.api.stop(),
      () => plain.api.stop(),
    );
    return {
      temporal: new Client({ connection }),
      database,
      model,
      modelUrl: standIn.url,
      apiUrl: `http://127.0.0.1:${apiPort}`,
      apiKey: key,
      plainUrl: `http://127.0.0.1:${plainPort}`,
      pids: { temporal: temporal.pid, postgres: postgres.pid },
      temporalBinary: temporalBinary.path,
      handback,
      plain,
      folder,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Verb = 'worker' | 'api';

async function startProcesses(
  logFolder: string,
  name: string,
  env: NodeJS.ProcessEnv,
  argumentsOf: (verb: Verb) => string[],
): Promise<Processes> {
  const start = (verb: Verb, as: string) => keep({ name: `${name}-${as}`, args: argumentsOf(verb), env, logFolder });
  const [worker, api] = await Promise.all([start('worker', 'worker'), start('api', 'api')]);
  return { worker, api, anotherWorker: (as) => start('worker', as) };
}

function plainArguments(verb: Verb, settings: PlainSettings): string[] {
  return [compiled(`./plain/${verb}.js`), JSON.stringify(settings)];
}

/** Built beforehand, as Handback's is. */
async function plainBundle(folder: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: compiled('./plain/workflow.js'),
    logger: new DefaultLogger('ERROR'),
  });
  const path = join(folder, 'plain-bundle.js');
  await writeFile(path, code);
  return path;
}

export function compiled(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
