/** `handback start` as a child in a home of its own, for the demo to kill. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DevFile } from '../../cli/dev-file.ts';
import type { Env } from '../../services/cache.ts';
import { type Child, logTail, startChild } from '../../services/child.ts';

export interface DemoStackOptions {
  readonly env: Env;
  /** The compiled `cli/main.js`. */
  readonly cli: string;
  readonly agents: string;
  readonly home: string;
  readonly apiPort: number;
  readonly temporalPort: number;
  readonly modelUrl: string;
}

export interface DemoStack {
  readonly dev: DevFile;
  /** How long it took until it was ready, in milliseconds. */
  readonly readyMs: number;
  /** `kill -9` of the process; resolves when everything it had started is gone too. */
  kill(): Promise<void>;
  /** Ctrl-C. @returns the exit code */
  stop(): Promise<number>;
}

const READY_MS = 60_000;
const POLL_MS = 50;

/** @throws Error with the end of its log when it does not get ready */
export async function startDemoStack(options: DemoStackOptions): Promise<DemoStack> {
  const began = performance.now();
  const logFile = join(options.home, 'start.log');
  const child = await startChild({
    command: process.execPath,
    args: [options.cli, 'start'],
    logFile,
    stopSignal: 'SIGINT',
    env: {
      ...options.env,
      // Nobody's real services and real money.
      DATABASE_URL: '',
      TEMPORAL_ADDRESS: '',
      OPENAI_BASE_URL: options.modelUrl,
      OPENAI_API_KEY: 'stand-in',
      HANDBACK_AGENTS: options.agents,
      HANDBACK_HOME: options.home,
      HOST: '127.0.0.1',
      PORT: String(options.apiPort),
      HANDBACK_TEMPORAL_PORT: String(options.temporalPort),
      HANDBACK_TEMPORAL_UI_PORT: '0',
    },
  });
  const dev = await announced(child, options.home, logFile);
  const pids = [child.pid, dev.pids.temporal].filter((pid) => pid !== undefined);
  return {
    dev,
    readyMs: performance.now() - began,
    async kill() {
      process.kill(child.pid, 'SIGKILL');
      await child.exited;
      while (pids.some(isAlive)) await pause();
    },
    stop: async () => (await child.stop()).code,
  };
}

async function announced(child: Child, home: string, logFile: string): Promise<DevFile> {
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await pause()) {
    if (child.exit() !== undefined) throw new Error(`handback start ended:\n${await logTail(logFile)}`);
    const text = await readFile(join(home, 'dev.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    // Written by the program of this very checkout, and whole whenever it is there.
    const dev = JSON.parse(text) as DevFile;
    // Not the one a killed predecessor left.
    if (dev.pids.handback === child.pid) return dev;
  }
  await child.stop();
  throw new Error(`handback start is not ready after ${READY_MS / 1000} s:\n${await logTail(logFile)}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
