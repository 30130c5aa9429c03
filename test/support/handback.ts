/** The compiled `handback` command, run the way people run it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DevFile, readDevFile } from '../../cli/dev-file.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The compiled command. */
export const CLI = join(ROOT, 'dist/cli/main.js');

type Settings = Readonly<Record<string, string>>;

/** Builds what is not built yet; nothing to do when the tests came through npm. */
export async function buildHandback(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/bootstrap.mjs')], { cwd: ROOT });
}

/** Nobody's services, nobody's key, nobody's home: only what the test sets. */
function environment(settings: Settings): Record<string, string | undefined> {
  const none = { TEMPORAL_ADDRESS: '', DATABASE_URL: '', OPENAI_API_KEY: '', OPENAI_BASE_URL: '', HANDBACK_AGENTS: '' };
  return { ...process.env, ...none, HANDBACK_URL: '', HANDBACK_KEY: '', HANDBACK_TEMPORAL_UI_PORT: '0', ...settings };
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a verb to its end. */
export async function handback(args: readonly string[], settings: Settings, input = ''): Promise<Ran> {
  const running = launch(process.execPath, [CLI, ...args], settings);
  running.process.stdin?.end(input);
  const code = await running.exited;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

export interface Running {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/** Starts a verb that goes on. */
export function startHandback(args: readonly string[], settings: Settings): Running {
  return launch(process.execPath, [CLI, ...args], settings);
}

/** Runs a verb with its output in a pipe whose reader leaves after the first line. */
export async function startIntoHead(args: readonly string[], settings: Settings): Promise<void> {
  await launch('/bin/sh', ['-c', '"$0" "$@" | head -n 1', process.execPath, CLI, ...args], settings).exited;
}

function launch(command: string, args: readonly string[], settings: Settings): Running {
  const child = spawn(command, args, { env: environment(settings), stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  return { process: child, pid: child.pid ?? 0, exited, stdout: () => stdout, stderr: () => stderr };
}

/** Waits for `dev.json` of this very process. */
export function announced(home: string, running: Running): Promise<DevFile> {
  return until(
    'handback start is ready',
    async () => {
      if (running.process.exitCode !== null) throw new Error(`it ended: ${running.stdout()}${running.stderr()}`);
      const dev = await readDevFile(home);
      return dev?.pids.handback === running.pid && dev;
    },
    40_000,
  );
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || pid === 0) return false;
  if (existsSync(`/proc/${pid}`)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
