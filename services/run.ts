/** Runs a short command to its end and collects what it says. */

import { spawn } from 'node:child_process';
import type { Env } from './cache.ts';

export type Run =
  | { readonly outcome: 'exited'; readonly code: number; readonly output: string }
  | { readonly outcome: 'not_run'; readonly why: string };

export interface RunOptions {
  readonly env: Env;
  readonly timeoutMs: number;
  readonly cwd?: string;
  /** Runs as this user (needs root). */
  readonly user?: { readonly uid: number; readonly gid: number };
}

const LONGEST_OUTPUT = 64 * 1024;

/** Never throws: a command that cannot be started or takes too long is an outcome. Output is stdout and stderr as they came. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...options.user,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-LONGEST_OUTPUT);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ outcome: 'not_run', why: error.message }));
    child.on('close', (code, signal) => {
      if (code === null) resolve({ outcome: 'not_run', why: `${command} was ended by ${signal ?? 'a signal'}` });
      else resolve({ outcome: 'exited', code, output });
    });
  });
}

/** The last lines of an output that hold something, in one line. */
export function lastLines(output: string, count: number): string {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines
      .filter((line) => line !== '')
      .slice(-count)
      .join(' / ') || 'it said nothing'
  );
}
