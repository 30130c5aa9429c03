/** Which errors come from a database driver (`pg` or PGlite), and what they mean. */
import type { Failure } from '../core/failure.ts';
import { safeMessage } from '../core/failure-message.ts';

const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Feature, cardinality, data and constraint errors: the same statement with the same data fails in the same way for ever. */
const SAME_AGAIN = /^(0A|21|22|23)/;
const DRIVER =
  /^(Connection terminated|timeout (exceeded when trying to connect|expired$)|Query read timeout|Client (has encountered|was closed)|Cannot use a pool|PGlite (is|failed))/;

/**
 * A driver's error as a failure, `undefined` for any other error. What waiting, an operator or a migration can heal is
 * `database`, which is retried until it works; bad data is `internal`, or one odd message would hold its conversation up
 * for ever.
 */
export function databaseFailure(error: Error): Failure | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if ('severity' in error && SQLSTATE.test(code)) {
    const constraint = 'constraint' in error && typeof error.constraint === 'string' ? ` (${error.constraint})` : '';
    return {
      kind: SAME_AGAIN.test(code) ? 'internal' : 'database',
      message: `SQLSTATE ${code}${constraint}: ${safeMessage(error.message)}`,
    };
  }
  if (DRIVER.test(error.message)) return { kind: 'database', message: safeMessage(error.message) };
  // A refused or reset socket looks the same everywhere; only the stack tells that it was the driver's.
  const socket = code.startsWith('E') && /[\\/]node_modules[\\/]pg(-pool|-protocol)?[\\/]/.test(error.stack ?? '');
  return socket ? { kind: 'database', message: `The database cannot be reached (${code}).` } : undefined;
}
