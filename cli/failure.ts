/** How a command that cannot do its work says so. */
import type { Config } from '../config.ts';
import { isDatabaseUnavailable } from '../db/unavailable.ts';

/** Something the person at the terminal can mend; the message says how. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Mistakes of ours, where the place in the code is what helps. */
const OURS = [TypeError, ReferenceError, RangeError, SyntaxError];

/** What is printed for anything thrown. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (OURS.some((kind) => error instanceof kind)) return error.stack ?? error.message;
  // A host with several addresses fails with one error that has no message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describe).join('; ');
  return error.message === '' ? error.name : error.message;
}

/** Runs `work`, which needs the database. @throws CommandError saying where it was looked for when it is not there */
export async function withDatabaseNamed<T>(config: Config, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    throw new CommandError(
      `Cannot reach PostgreSQL at ${databaseAt(config)} (${describe(error)}). Start it, or correct DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** Host, port and database, without the password. */
export function databaseAt({ database }: Config): string {
  try {
    const { hostname, port, pathname } = new URL(database.url ?? '');
    return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    return 'the address in DATABASE_URL';
  }
}
