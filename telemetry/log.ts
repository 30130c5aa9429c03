/** Logs: one JSON line an event, ids and kinds only; what a customer said is never logged above debug. */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * Writes to standard error (standard output belongs to what a command prints), or to a file, whose folder is made.
 */
export function createLog(level: string, name: string, file?: string): Logger {
  const destination = file === undefined ? { fd: 2, sync: false } : { dest: file, mkdir: true, sync: false };
  return pino({ name, level, serializers: { err: errorFields } }, pino.destination(destination));
}

/** An error as it may be logged: drivers hang whole connections on theirs, statements and passwords included. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { type: name, message, ...('code' in error ? { code: error.code } : {}), stack };
}

/** Every poll says so at WARN each time it is tried again: during an outage that is a hundred lines a second. */
const NATIVE_FILTER = 'temporalio_sdk_core=WARN,temporalio_client=ERROR';

/** Sends the SDK's own log lines to ours. Once a process, before the first worker or connection. */
export function installSdkLog(log: Logger): void {
  const logger = new DefaultLogger('WARN', ({ level, message, meta }) => {
    const line = level === 'ERROR' ? log.error.bind(log) : log.warn.bind(log);
    const { error, ...rest } = meta ?? {};
    line({ ...rest, ...(error === undefined ? {} : { err: error }) }, message);
  });
  // Signals are handled by whoever runs the process: it has more to end than its worker.
  Runtime.install({
    logger,
    // The engine's native part writes to standard error by itself unless its lines are forwarded.
    telemetryOptions: { logging: { filter: NATIVE_FILTER, forward: {} } },
    shutdownSignals: [],
  });
}
