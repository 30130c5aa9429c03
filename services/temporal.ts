/** Temporal's own development server as a child process: one file of data, ready in about a second. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import type { Env } from './cache.ts';
import { type Child, logTail, startChild } from './child.ts';
import { requireFreePort } from './ports.ts';
import { commandOf } from './processes.ts';

export interface TemporalOptions {
  /** The `temporal` program: `findTemporal(...).path`. */
  readonly binary: string;
  /** SQLite file, kept across restarts; without one, everything is forgotten at the end. */
  readonly dataFile?: string;
  readonly port: number;
  /** Serves Temporal's web pages there; otherwise there are none. */
  readonly uiPort?: number;
  readonly logFile: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** More of its dynamic configuration, as `key=value`. */
  readonly dynamicConfig?: readonly string[];
  /** How long it may take until it answers. Default 60 s. */
  readonly readyMs?: number;
}

export interface TemporalServer {
  /** `127.0.0.1:port`, as `TEMPORAL_ADDRESS` takes it. */
  readonly address: string;
  readonly pid: number;
  /** Ends when the server does, whoever ended it. */
  readonly exited: Promise<{ readonly code: number }>;
  stop(): Promise<void>;
}

/**
 * Transfer-queue reads a second and shard: at the default of 20, every task that goes through the queue waits up to 50 ms.
 * Fairness keeps one tenant's backlog from delaying the others. A workflow task that was lost again and again is tried again
 * within 5 s and not, as by default, after a wait that grows to 10 minutes: a turn's time goes on meanwhile.
 */
const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'matching.enableFairness=true',
  'history.workflowTaskRetryMaxInterval="5s"',
];

/** SQLite's default rollback journal makes about a hundred fsyncs a turn. */
const PRAGMAS = ['journal_mode=wal', 'synchronous=normal'];

const POLL_MS = 50;
/** Its orderly end takes about a second, and it is killed after ten. */
const PREDECESSOR_MS = 15_000;

/**
 * Starts the server and waits until it answers for the namespace. It ends when we do.
 *
 * @throws Error when a port is taken, or with the end of its log when it ends or does not answer in time
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const namespace = options.namespace ?? 'default';
  if (options.dataFile !== undefined) await untilFileIsOurs(options.dataFile);
  await requireFreePort(options.port, 'Temporal', 'Stop that program or choose another port.');
  if (options.uiPort !== undefined) {
    await requireFreePort(options.uiPort, "Temporal's web pages", 'Stop that program or choose another port.');
  }
  const address = `127.0.0.1:${options.port}`;
  const child = await startOnce(options, namespace, address).catch((error: unknown) => {
    if (!isPortOfItsOwnTaken(error, options)) throw error;
    return startOnce(options, namespace, address);
  });
  return {
    address,
    pid: child.pid,
    exited: child.exited,
    stop: async () => {
      await child.stop();
    },
  };
}

async function startOnce(options: TemporalOptions, namespace: string, address: string): Promise<Child> {
  const child = await startChild({
    command: options.binary,
    args: serverArguments(options, namespace),
    logFile: options.logFile,
    env: serverEnv(),
  });
  try {
    if (options.dataFile !== undefined) await writeFile(pidFileOf(options.dataFile), String(child.pid));
    await untilReady(child, address, namespace, options);
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** The server picks free ports for its inner services, and another program may take one of them a moment later. */
function isPortOfItsOwnTaken(error: unknown, { port, uiPort }: TemporalOptions): boolean {
  const said = error instanceof Error ? error.message : '';
  const taken = /listen tcp [\d.]+:(\d+): bind: address already in use/.exec(said)?.[1];
  return taken !== undefined && taken !== String(port) && taken !== String(uiPort);
}

/** Exported for its test: what the server is started with. */
export function serverArguments(options: TemporalOptions, namespace: string): string[] {
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${options.port}`,
    `--namespace=${namespace}`,
    '--log-level=warn',
    ...(options.uiPort === undefined ? ['--headless'] : [`--ui-port=${options.uiPort}`]),
    ...(options.dataFile === undefined ? [] : [`--db-filename=${options.dataFile}`]),
    ...PRAGMAS.map((pragma) => `--sqlite-pragma=${pragma}`),
    ...[...DYNAMIC_CONFIG, ...(options.dynamicConfig ?? [])].map((setting) => `--dynamic-config-value=${setting}`),
  ];
}

/** Nothing of ours: the CLI would take TEMPORAL_* variables and a person's profile as its own settings. */
function serverEnv(): Env {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', TEMPORAL_DISABLE_CONFIG_FILE: 'true' };
}

function pidFileOf(dataFile: string): string {
  return `${dataFile}.pid`;
}

/**
 * Two servers on one file damage each other's work, and the server of a process that was just killed takes a moment to
 * end: waits for that.
 *
 * @throws Error when a server is running on the file and stays
 */
async function untilFileIsOurs(dataFile: string): Promise<void> {
  await mkdir(dirname(dataFile), { recursive: true });
  const pid = Number(await readFile(pidFileOf(dataFile), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return;
  const deadline = Date.now() + PREDECESSOR_MS;
  while ((await commandOf(pid))?.includes(dataFile)) {
    if (Date.now() > deadline) {
      throw new Error(
        `A Temporal server (pid ${pid}) is already running on ${dataFile}. Stop it, or choose another file.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function untilReady(child: Child, address: string, namespace: string, options: TemporalOptions): Promise<void> {
  const deadline = Date.now() + (options.readyMs ?? 60_000);
  const connection = Connection.lazy({ address });
  let last = 'no answer';
  try {
    while (Date.now() < deadline) {
      const exit = child.exit();
      if (exit !== undefined) {
        throw new Error(
          `Temporal ended while starting (exit code ${exit.code}). The end of ${options.logFile}:\n${await logTail(options.logFile)}`,
        );
      }
      try {
        // Answers only once the namespace has been made, which is after the port opens.
        await connection.withDeadline(Date.now() + 1_000, () =>
          connection.workflowService.describeNamespace({ namespace }),
        );
        return;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await connection.close();
  }
  throw new Error(
    `Temporal did not answer at ${address} in time (${last}). The end of ${options.logFile}:\n${await logTail(options.logFile)}`,
  );
}
