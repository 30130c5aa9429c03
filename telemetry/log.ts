/** Logs: one JSON line an event, ids and kinds only; what a customer said is never logged above debug. */
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * Writes to standard error (standard output belongs to what a command prints), or to a file, whose folder is made.
 */
export function createLog(level: string, name: string, file?: string): Logger {
  const destination = file === undefined ? { fd: 2, sync: false } : { dest: file, mkdir: true, sync: false };
  return pino({ name, level }, pino.destination(destination));
}

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
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN' }), forward: {} } },
    shutdownSignals: [],
  });
}
