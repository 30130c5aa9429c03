import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What is running now, so that an interrupted run takes its children along. */
const running = new Set();

/**
 * Runs one program to its end. It never throws: a program that does not start is one that failed.
 *
 * @param live whether its output is shown as it comes; it is returned in any case
 * @returns {Promise<{ok: boolean, output: string, ms: number}>}
 */
export function run(command, args, { cwd, live }) {
  const started = performance.now();
  return new Promise((resolve) => {
    // A group of its own: test runners start servers, and a signal has to reach those too.
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
      if (live) process.stdout.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    const end = (ok, last = '') => {
      running.delete(child);
      collect(last);
      resolve({ ok, output, ms: performance.now() - started });
    };
    child.once('error', (error) => end(false, `${command} does not start: ${error.message}\n`));
    child.once('close', (code, signal) => end(code === 0, signal === null ? '' : `ended by ${signal}\n`));
  });
}

/** On Ctrl-C and SIGTERM: passes the signal on, waits for nobody, and says how it ended in the usual way. */
export function endChildrenOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      for (const child of running) {
        try {
          process.kill(-child.pid, signal);
        } catch {
          // It was just ending by itself.
        }
      }
      process.exit(128 + constants.signals[signal]);
    });
  }
}
