/** Applies folders of SQL files (node-pg-migrate's format: `-- Up Migration`, `-- Down Migration`), each once, in order. */
import { fileURLToPath } from 'node:url';
import { type RunnerOption, runner } from 'node-pg-migrate';
import type { Database } from './database.ts';

export const PLATFORM_MIGRATIONS = { platform: new URL('./migrations/', import.meta.url) };

/**
 * @param folders folders of SQL files by a name of their own; `migrations_<name>` remembers what was applied
 * @returns the names of the migrations applied now
 */
export async function migrate(
  database: Database,
  folders: Readonly<Record<string, string | URL>>,
  log: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  const applied: string[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    const done = await database.session((session) =>
      runner({
        // The runner only ever calls query(); `pg`'s own type has thirty more methods that PGlite has no use for.
        dbClient: session as unknown as Extract<RunnerOption, { dbClient: unknown }>['dbClient'],
        dir: typeof folder === 'string' ? folder : fileURLToPath(folder),
        direction: 'up',
        migrationsTable: `migrations_${name}`,
        schema: database.schema,
        createSchema: database.schema !== 'public',
        // Two processes that start at once: the second waits. PGlite has one connection and nobody to wait for.
        ...(database.kind === 'embedded' ? { noLock: true } : { advisoryLockMode: 'wait' }),
        logger: { debug: () => undefined, info: () => undefined, warn: log, error: log },
      }),
    );
    for (const { name: file } of done) {
      log(`migrated ${name}/${file}`);
      applied.push(`${name}/${file}`);
    }
  }
  return applied;
}
