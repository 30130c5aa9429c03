/** Worker and API processes that come back when they die, as under any process manager. */
import { join } from 'node:path';
import type { Env } from '../services/cache.ts';
import { type Child, startChild } from '../services/child.ts';

export interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Env;
  readonly logFolder: string;
}

export interface Kept {
  pid(): number;
  /** `kill -9`; resolves when the process is gone. With `restart: true` it is started again at once, as always. */
  kill(options: { readonly restart: boolean }): Promise<void>;
  /** Starts it where it was killed without restart. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function keep(command: Command): Promise<Kept> {
  const launch = (): Promise<Child> =>
    startChild({
      command: process.execPath,
      args: command.args,
      env: command.env,
      logFile: join(command.logFolder, `${command.name}.log`),
    });
  let child = await launch();
  return {
    pid: () => child.pid,
    async kill({ restart }) {
      process.kill(child.pid, 'SIGKILL');
      await child.exited;
      if (restart) child = await launch();
    },
    async start() {
      if (child.exit() !== undefined) child = await launch();
    },
    async stop() {
      await child.stop();
    },
  };
}
