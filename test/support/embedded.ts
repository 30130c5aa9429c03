/** A database in the process, for the tests of one file. */
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../db/database.ts';
import { openEmbedded } from '../../db/embedded.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';

/**
 * For the head of a test file: opened and migrated before its first test, closed after its last.
 *
 * @returns what can be handed on at once and works from the first test on
 */
export function embeddedDatabase(migrations: Parameters<typeof migrate>[1] = PLATFORM_MIGRATIONS): Database {
  let opened: Database | undefined;
  beforeAll(async () => {
    opened = await openEmbedded();
    await migrate(opened, migrations);
  }, 60_000);
  afterAll(() => opened?.close());

  const database = () => {
    if (opened === undefined) throw new Error('the database is opened before the first test: use it in tests only');
    return opened;
  };
  return {
    kind: 'embedded',
    schema: 'public',
    query: (statement, values) => database().query(statement, values),
    transaction: (work) => database().transaction(work),
    session: (work) => database().session(work),
    listen: (onPayload, onLost) => database().listen(onPayload, onLost),
    close: () => database().close(),
  };
}
