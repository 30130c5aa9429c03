/** A PostgreSQL server as a child process, on a data folder of its own. */

import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Child, logTail, startChild } from './child.ts';
import { makePassableFolder } from './passable.ts';
import { requireFreePort } from './ports.ts';
import { commandOf } from './processes.ts';
import { lastLines, run } from './run.ts';
import { handOver, runnableBinDir, type User, unprivilegedUser } from './unprivileged.ts';

export interface PostgresOptions {
  /** The folder with `initdb` and `postgres`: `findPostgres(...).binDir`. */
  readonly binDir: string;
  /** Made and initialised when it is absent or empty. */
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  /** `false` gives up safety in a power cut (not in a crash of the server) for speed: for tests. Default `true`. */
  readonly durable?: boolean;
  /** How long it may take until it accepts connections (recovery included). Default 60 s. */
  readonly readyMs?: number;
}

export interface PostgresServer {
  /** `postgres://postgres@127.0.0.1:port/postgres`, as `DATABASE_URL` takes it. */
  readonly url: string;
  readonly pid: number;
  /** Ends when the server does, whoever ended it. */
  readonly exited: Promise<{ readonly code: number }>;
  stop(): Promise<void>;
}

/** Only what it needs: PG* variables of a person's shell would be taken as settings. English, because we read its log. */
const SERVER_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
const POLL_MS = 20;
/** How long a server that was just killed may still hold its data folder. */
const PREDECESSOR_MS = 15_000;

/**
 * Starts the server and waits until it accepts connections. It listens on 127.0.0.1 only, trusts whoever connects, and
 * ends when we do. A folder left by a `kill -9` is recovered. When we are root, it runs as `nobody`.
 *
 * @throws Error when the port is taken, the folder is used by a running server or holds something else, or with the end
 * of the log when the server ends while starting
 */
export async function startPostgres(given: PostgresOptions): Promise<PostgresServer> {
  const options = { ...given, dataDir: resolve(given.dataDir) };
  const user = await unprivilegedUser();
  const binDir = user === undefined ? options.binDir : await runnableBinDir(options.binDir);
  await initialise(binDir, options.dataDir, user);
  const deadline = Date.now() + (options.readyMs ?? 60_000);
  await untilPredecessorEnded(options.dataDir);
  await requireFreePort(options.port, 'PostgreSQL', 'Stop that program or choose another port.');
  for (let since = Date.now(); ; ) {
    const child = await launch(binDir, options, user);
    const failure = await untilReady(child, options, deadline);
    if (failure === undefined) return server(child, options.port);
    await child.stop();
    // The sessions of a killed server notice its death a moment later; until then it refuses to start.
    const held = /pre-existing shared memory block|lock file .* already exists/.test(failure);
    if (!held || Date.now() - since > PREDECESSOR_MS) throw new Error(failure);
    await pause();
  }
}

function server(child: Child, port: number): PostgresServer {
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid: child.pid,
    exited: child.exited,
    stop: async () => {
      await child.stop();
    },
  };
}

function launch(binDir: string, options: PostgresOptions, user: User | undefined): Promise<Child> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${options.port}`,
    // TCP only: a socket file's path has a length limit that a deep data folder breaks.
    'unix_socket_directories=',
    'max_connections=200',
    'logging_collector=off',
    ...(options.durable === false ? ['fsync=off', 'full_page_writes=off'] : []),
  ];
  return startChild({
    command: join(binDir, 'postgres'),
    args: ['-D', options.dataDir, ...settings.flatMap((setting) => ['-c', setting])],
    logFile: options.logFile,
    env: SERVER_ENV,
    // The working folder must be one the user may enter.
    cwd: options.dataDir,
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    ...(user === undefined ? {} : { user }),
  });
}

/** Creates the cluster beside its place and renames it, so that an interrupted initdb leaves nothing half made. */
async function initialise(binDir: string, dataDir: string, user: User | undefined): Promise<void> {
  await makePassableFolder(dirname(dataDir));
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (user !== undefined) await handOver(dataDir, user);
  const present = await readdir(dataDir);
  if (present.includes('PG_VERSION')) return;
  if (present.length > 0) {
    throw new Error(`${dataDir} is neither empty nor a PostgreSQL data folder. Choose another folder, or empty it.`);
  }
  const making = `${dataDir}.making-${process.pid}`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  if (user !== undefined) await handOver(making, user);
  const args = ['-D', making, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-instructions'];
  const done = await run(join(binDir, 'initdb'), args, {
    env: SERVER_ENV,
    timeoutMs: 120_000,
    cwd: making,
    ...(user === undefined ? {} : { user }),
  });
  if (done.outcome === 'not_run' || done.code !== 0) {
    await rm(making, { recursive: true, force: true });
    throw new Error(
      `initdb could not make ${dataDir}: ${done.outcome === 'not_run' ? done.why : lastLines(done.output, 3)}`,
    );
  }
  await rename(making, dataDir);
}

/**
 * Waits for a server that is just ending on this folder, and removes the pid file of one that was killed when another
 * program has been given its pid since.
 *
 * @throws Error when a server is running there and stays
 */
async function untilPredecessorEnded(dataDir: string): Promise<void> {
  const deadline = Date.now() + PREDECESSOR_MS;
  for (;;) {
    const pidFile = await readPidFile(dataDir);
    if (pidFile === undefined) return;
    const command = await commandOf(pidFile.pid);
    if (command === undefined) return;
    if (!command.includes('postgres')) return rm(join(dataDir, 'postmaster.pid'), { force: true });
    if (Date.now() > deadline) {
      throw new Error(
        `A PostgreSQL server (pid ${pidFile.pid}) is already running on ${dataDir}. Stop it, or choose another folder.`,
      );
    }
    await pause();
  }
}

/** `undefined` when ready, else why not. The server says so itself, in the eighth line of its pid file. */
async function untilReady(child: Child, options: PostgresOptions, deadline: number): Promise<string | undefined> {
  while (Date.now() < deadline) {
    const exit = child.exit();
    if (exit !== undefined) {
      return `PostgreSQL ended while starting (exit code ${exit.code}). The end of ${options.logFile}:\n${await logTail(options.logFile)}`;
    }
    const pidFile = await readPidFile(options.dataDir);
    if (pidFile?.pid === child.pid && pidFile.status === 'ready') return undefined;
    await pause();
  }
  return `PostgreSQL did not become ready in time. The end of ${options.logFile}:\n${await logTail(options.logFile)}`;
}

async function readPidFile(dataDir: string): Promise<{ pid: number; status: string } | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n');
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, status: lines[7]?.trim() ?? '' };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
