/** The migrations of a whole installation: the platform's, then those the agents file brings. */
import type { AgentsModule } from '../../agents/module.ts';
import type { Database } from '../../db/database.ts';
import { migrate, PLATFORM_MIGRATIONS } from '../../db/migrate.ts';

/** @returns the names of those applied now */
export function applyMigrations(database: Database, module: AgentsModule): Promise<readonly string[]> {
  return migrate(database, { ...PLATFORM_MIGRATIONS, ...module.migrations });
}
