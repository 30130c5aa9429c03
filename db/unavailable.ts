/** Tells "the database is not there" from "the statement is wrong". */

/** Node's names for a connection that could not be made or broke. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** SQLSTATE classes: connection, resources, operator intervention (shutdown, start-up), system error. */
const SQLSTATE_CLASSES = new Set(['08', '53', '57', '58']);

/** What `pg` and PGlite throw without any code. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error|not queryable|pool after calling end|is closed|is closing/i;

/** Whether the same statement may well work later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // A host name with several addresses fails with one error that holds one for each.
  if (error instanceof AggregateError && error.errors.some(isDatabaseUnavailable)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined) return MESSAGES.test(error.message);
  return CONNECTION_CODES.has(code) || (code.length === 5 && SQLSTATE_CLASSES.has(code.slice(0, 2)));
}
