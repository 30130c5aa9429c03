/** Whether the database answers and has the tables this version works with. */
import { readdir } from 'node:fs/promises';
import type { Queryable } from './database.ts';
import { PLATFORM_MIGRATIONS } from './migrate.ts';

const APPLIED = { name: 'readiness_applied', text: 'SELECT name FROM migrations_platform' };

export type DatabaseReadiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'migrations_missing'; readonly missing: readonly string[] };

const NO_SUCH_TABLE = '42P01';

/** Never throws. */
export async function databaseReadiness(database: Queryable): Promise<DatabaseReadiness> {
  const files = await readdir(PLATFORM_MIGRATIONS.platform);
  const expected = files.filter((file) => file.endsWith('.sql')).map((file) => file.replace(/\.sql$/, ''));
  try {
    const applied = new Set((await database.query<{ name: string }>(APPLIED)).map(({ name }) => name));
    const missing = expected.filter((name) => !applied.has(name));
    return missing.length === 0 ? { kind: 'ready' } : { kind: 'migrations_missing', missing };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === NO_SUCH_TABLE ? { kind: 'migrations_missing', missing: expected } : { kind: 'unreachable' };
  }
}
