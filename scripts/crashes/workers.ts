/** Workers that are started again the moment they die. */
import type { Env } from '../../services/cache.ts';
import { type Child, logTail, startChild } from '../../services/child.ts';

export interface WorkersOptions {
  /** The compiled `cli/main.js`. */
  readonly cli: string;
  readonly env: Env;
  readonly logFile: string;
  /** How many at once. */
  readonly count: number;
}

export interface Workers {
  /** How often one has died so far. */
  readonly deaths: number;
  /** Rejects when one ends in another way than by `kill -9`. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** As shells say "ended by SIGKILL". */
const KILLED = 137;

export async function startWorkers({ cli, env, logFile, count }: WorkersOptions): Promise<Workers> {
  let deaths = 0;
  let stopping = false;
  const current = new Set<Child>();
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  async function keepOne(): Promise<void> {
    const child = await startChild({ command: process.execPath, args: [cli, 'worker'], env, logFile });
    current.add(child);
    void child.exited.then(async ({ code }) => {
      current.delete(child);
      if (stopping) return;
      if (code !== KILLED) {
        fail(new Error(`A worker ended with code ${code}:\n${await logTail(logFile)}`));
        return;
      }
      deaths += 1;
      await keepOne().catch(fail);
    });
    if (stopping) await child.stop();
  }

  await Promise.all(Array.from({ length: count }, keepOne));
  return {
    get deaths() {
      return deaths;
    },
    failed,
    async stop() {
      stopping = true;
      await Promise.all([...current].map((child) => child.stop()));
    },
  };
}
