/** Noticing that nobody reads our output any more, also while we have nothing to say. */
import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';

const STDOUT = 1;

/** Calls back when standard output is broken: `handback start | head -1` is not to run for ever. */
export function whenReaderGoes(gone: () => void): void {
  // Without a listener the error would be an uncaught exception; with one, later writes fail in silence.
  process.stdout.on('error', gone);
  process.stderr.on('error', () => undefined);
  if (fstatSync(STDOUT).isFIFO()) watchPipe(gone);
}

/**
 * Node tells of a broken pipe only when something is written. GNU tail, though, watches its output: it dies of SIGPIPE when
 * that has no reader, and ends when we do. Other tails refuse the option at once; then only a write tells.
 */
function watchPipe(gone: () => void): void {
  const watcher = spawn('tail', ['-f', '/dev/null', `--pid=${process.pid}`], {
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  watcher.unref();
  watcher.on('error', () => undefined); // there is no tail
  watcher.on('exit', (_, signal) => {
    if (signal === 'SIGPIPE') gone();
  });
}
