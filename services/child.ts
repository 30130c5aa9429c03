/**
 * A child process that cannot outlive us.
 *
 * It runs under a small shell in a process group of its own, so that Ctrl-C reaches only us and we end it in order. The
 * shell holds the reading end of a pipe whose writing end only we hold: when we are gone, for whatever reason (`kill -9`
 * included, even while the child is still starting), the read ends and the shell ends the child.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Env } from './cache.ts';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** stdout and stderr are appended here. */
  readonly logFile: string;
  readonly env: Env;
  readonly cwd?: string;
  /** What asks the program to end in order. Default `SIGTERM`. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  /** How long it may take for that before it is killed. Default 10 s. */
  readonly graceMs?: number;
  /** Runs as this user (needs root). */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface ChildExit {
  /** 128 + n when it was ended by signal n, as shells say it. */
  readonly code: number;
}

export interface Child {
  /** Of the program itself, not of the shell around it. */
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Set once it has exited. */
  exit(): ChildExit | undefined;
  /** Ends it: the stop signal, then after the grace a kill. Returns when it is gone; may be called twice. */
  stop(): Promise<ChildExit>;
}

/*
 * Descriptor 0 is the pipe we hold, 3 tells us the child's pid and its exit code. Arguments: the signal's name, the grace
 * in tenths of a second, the command. The guard, the part in brackets, reads until the pipe ends, then signals, waits and
 * kills. Either way the last kill takes the whole group, the shell included: whatever the child may have started ends
 * with it. Both ignore signals, or one meant for the group would end them before the child.
 */
const GUARD = `
signal=$1; tenths=$2; shift 2
exec 4<&0
"$@" 4<&- 3>&- </dev/null &
child=$!
(
  trap '' INT HUP TERM
  while read -r line; do :; done <&4
  kill -s "$signal" "$child" 2>/dev/null
  while [ "$tenths" -gt 0 ] && kill -0 "$child" 2>/dev/null; do sleep 0.1; tenths=$((tenths - 1)); done
  kill -s KILL -- "-$$"
) 3>&- >/dev/null 2>&1 &
exec 4<&-
echo "pid $child" >&3
trap '' INT HUP TERM
wait "$child"
echo "exit $?" >&3
kill -s KILL -- "-$$"
`;

/** What shells call the exit code of something ended by SIGKILL. */
const KILLED = 137;

/**
 * Starts the program; resolves when its pid is known (not when it is ready to serve).
 *
 * @throws Error when the shell cannot be started or the log file cannot be written
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const signal = options.stopSignal ?? 'SIGTERM';
  const graceMs = options.graceMs ?? 10_000;
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  const tenths = String(Math.ceil(graceMs / 100));
  const shell = spawn(
    '/bin/sh',
    ['-c', GUARD, 'handback-guard', signal.slice(3), tenths, options.command, ...options.args],
    {
      detached: true,
      stdio: ['pipe', log, log, 'pipe'],
      env: options.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...options.user,
    },
  );
  closeSync(log);
  // Descriptor 3 was opened as a pipe above: it is a readable stream.
  const status = createInterface({ input: shell.stdio[3] as Readable });
  let exit: ChildExit | undefined;
  let code = KILLED;
  status.on('line', (line) => {
    if (line.startsWith('exit ')) code = Number(line.slice('exit '.length));
  });
  const exited = new Promise<ChildExit>((resolve) => {
    // If the shell itself was killed, this is what makes the guard end the child.
    shell.once('exit', () => shell.stdin?.destroy());
    status.once('close', () => {
      exit = { code };
      resolve(exit);
    });
  });
  const pid = await announcedPid(shell, status, options.command);
  return {
    pid,
    exited,
    exit: () => exit,
    stop: async () => {
      if (exit !== undefined) return exit;
      signalIfAlive(pid, signal);
      const kill = setTimeout(() => signalIfAlive(pid, 'SIGKILL'), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(kill);
      }
    },
  };
}

/** The end of a log file, for error messages; empty when there is none. */
export async function logTail(file: string, lines = 12): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

function announcedPid(shell: ChildProcess, status: Interface, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    shell.once('error', (error) => reject(new Error(`Cannot start ${command}: ${error.message}`)));
    status.once('line', (line) => resolve(Number(line.slice('pid '.length))));
    status.once('close', () => reject(new Error(`Cannot start ${command}: its guard ended at once`)));
  });
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}
