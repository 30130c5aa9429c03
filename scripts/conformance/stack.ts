/**
 * The whole platform for one run, each part its own process: Temporal, PostgreSQL, API, worker. The stand-in model runs
 * in the process of the run, because it is what decides when something dies.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import { createKey } from '../../db/keys.ts';
import { openPool } from '../../db/pool.ts';
import type { Env } from '../../services/cache.ts';
import { type Child, logTail, startChild } from '../../services/child.ts';
import { findPostgres, findTemporal } from '../../services/fetch.ts';
import { freePorts } from '../../services/ports.ts';
import { startPostgres } from '../../services/postgres.ts';
import { lastLines, run } from '../../services/run.ts';
import { startTemporal } from '../../services/temporal.ts';
import { type Restartable, restartable } from './restartable.ts';

export interface StackOptions {
  /** Of the run: the key and the folder of logs are called so. */
  readonly name: string;
  readonly env: Env;
  /** The compiled `cli/main.js`. */
  readonly cli: string;
  /** The compiled agents file. */
  readonly agents: string;
  readonly dataDirectory: string;
  readonly modelUrl: string;
  readonly tenant: string;
  readonly log: (line: string) => void;
}

export interface Stack {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly database: Database;
  readonly temporalAddress: string;
  /** `kill -9`, then a new one. One at a time of each; resolves when the new one has been started. */
  kill(part: Mortal): Promise<void>;
  /** Resolves when the worker of the moment serves its agents, or after so long. */
  untilWorkerServes(withinMs: number): Promise<void>;
  /** What was found to have ended although nobody killed it, once for every time. */
  endedAlone(): readonly (Mortal | 'api')[];
  /** Stops everything; keeps the logs where `keep` says so and returns their folder. */
  stop(keep: boolean): Promise<string | undefined>;
}

export type Mortal = 'worker' | 'temporal' | 'postgres';

const READY_MS = 60_000;
const POLL_MS = 100;
/** Several conversations at once share one key. */
const REQUESTS_PER_MINUTE = 100_000;

/** @throws Error when a part does not start, with the end of its log */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), `handback-${options.name}-`));
  // PostgreSQL runs as another user when we are root, and must be able to get to its data.
  await chmod(folder, 0o755);
  const stops: (() => Promise<unknown>)[] = [() => rm(join(folder, 'postgres'), { recursive: true, force: true })];
  const stopAll = async () => {
    for (const stop of stops.toReversed())
      await stop().catch((error: unknown) => options.log(`stopping: ${String(error)}`));
  };
  try {
    const [temporalPort, postgresPort, apiPort] = await freePorts(3);
    if (temporalPort === undefined || postgresPort === undefined || apiPort === undefined)
      throw new Error('no free ports');
    const [temporal, postgres] = await Promise.all([
      temporalService(options, folder, temporalPort),
      postgresService(options, folder, postgresPort),
    ]);
    stops.push(
      () => temporal.stop(),
      () => postgres.stop(),
    );
    const env = {
      ...options.env,
      DATABASE_URL: postgres.at,
      TEMPORAL_ADDRESS: temporal.at,
      OPENAI_BASE_URL: options.modelUrl,
      OPENAI_API_KEY: 'stand-in',
      HANDBACK_AGENTS: options.agents,
      HANDBACK_TAU_DIR: options.dataDirectory,
      PORT: String(apiPort),
    };
    await migrate(options.cli, env);
    const database = openPool({ url: postgres.at, applicationName: `handback-${options.name}` });
    stops.push(() => database.close());
    const { key } = await createKey(database, {
      tenant: options.tenant,
      name: options.name,
      roles: ['service', 'engineer'],
      requestsPerMinute: REQUESTS_PER_MINUTE,
    });
    const start = (verb: string) => startVerb(options.cli, verb, env, join(folder, `${verb}.log`));
    let currentWorker: Child | undefined;
    let logBefore = 0;
    const workerLog = join(folder, 'worker.log');
    const logOfWorker = () => readFile(workerLog, 'utf8').catch(() => '');
    const worker = await restartable(
      async () => {
        logBefore = (await logOfWorker()).length;
        return start('worker');
      },
      (child) => {
        currentWorker = child;
      },
    );
    stops.push(() => worker.stop());
    const api = await start('api');
    stops.push(() => api.stop());
    const apiUrl = `http://127.0.0.1:${apiPort}`;
    await untilReady(apiUrl, { api, worker: () => currentWorker }, folder);
    return {
      apiUrl,
      apiKey: key,
      database,
      temporalAddress: temporal.at,
      kill: (part) => ({ worker, temporal, postgres })[part].kill(),
      async untilWorkerServes(withinMs) {
        for (const deadline = Date.now() + withinMs; Date.now() < deadline; await pause()) {
          if ((await logOfWorker()).slice(logBefore).includes('handback worker serves')) return;
        }
      },
      endedAlone: () => [
        ...Object.entries({ worker, temporal, postgres } satisfies Record<Mortal, unknown>).flatMap(
          ([name, { endedAlone }]) => Array.from({ length: endedAlone }, () => name as Mortal),
        ),
        ...(api.exit() === undefined ? [] : (['api'] as const)),
      ],
      async stop(keep) {
        await stopAll();
        if (keep) return folder;
        await rm(folder, { recursive: true, force: true });
        return undefined;
      },
    };
  } catch (error) {
    await stopAll();
    options.log(`the logs are in ${folder}`);
    throw error;
  }
}

/** Where a service is, and how to kill and stop it where it is ours. */
interface Service extends Restartable {
  readonly at: string;
}

async function temporalService({ env, log }: StackOptions, folder: string, port: number): Promise<Service> {
  if (env['TEMPORAL_ADDRESS']) return theirs(env['TEMPORAL_ADDRESS']);
  const { path } = await findTemporal({ env, onProgress: log });
  const [dataFile, logFile] = [join(folder, 'temporal.db'), join(folder, 'temporal.log')];
  const server = await restartable(() => startTemporal({ binary: path, port, dataFile, logFile }));
  return ours(`127.0.0.1:${port}`, server);
}

async function postgresService({ env, log }: StackOptions, folder: string, port: number): Promise<Service> {
  if (env['DATABASE_URL']) return theirs(env['DATABASE_URL']);
  const { binDir } = await findPostgres({ env, onProgress: log });
  const [dataDir, logFile] = [join(folder, 'postgres'), join(folder, 'postgres.log')];
  let url = '';
  const server = await restartable(
    () => startPostgres({ binDir, port, dataDir, logFile, durable: false }),
    (started) => {
      url = started.url;
    },
  );
  return ours(url, server);
}

function theirs(at: string): Service {
  const kill = () => Promise.reject(new Error(`${at} is not ours to kill. Run without it in the environment.`));
  return { at, kill, endedAlone: 0, stop: async () => undefined };
}

function ours(at: string, server: Restartable): Service {
  return {
    at,
    kill: () => server.kill(),
    get endedAlone() {
      return server.endedAlone;
    },
    stop: () => server.stop(),
  };
}

async function migrate(cli: string, env: Env): Promise<void> {
  const done = await run(process.execPath, [cli, 'migrate'], { env, timeoutMs: READY_MS });
  if (done.outcome === 'not_run') throw new Error(`handback migrate did not run: ${done.why}`);
  if (done.code !== 0) throw new Error(`handback migrate failed: ${lastLines(done.output, 5)}`);
}

function startVerb(cli: string, verb: string, env: Env, logFile: string): Promise<Child> {
  return startChild({ command: process.execPath, args: [cli, verb], env, logFile });
}

/** Ready is: the API says so, and the worker has registered its agent. */
async function untilReady(
  apiUrl: string,
  parts: { readonly api: Child; readonly worker: () => Child | undefined },
  folder: string,
): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    for (const [name, child] of [['api', parts.api] as const, ['worker', parts.worker()] as const]) {
      if (child?.exit() === undefined) continue;
      throw new Error(`The ${name} ended while starting:\n${await logTail(join(folder, `${name}.log`))}`);
    }
    const answer = await fetch(`${apiUrl}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
    await pause();
  }
  throw new Error(`The API is not ready after ${READY_MS / 1000} s:\n${await logTail(join(folder, 'api.log'))}`);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
