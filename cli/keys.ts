/** `handback keys create|list|revoke`: API keys, straight in the database. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Config, readConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { createKey, KEY_ROLES, type KeyRole, listKeys, revokeKey } from '../db/keys.ts';
import { CommandError, withDatabaseNamed } from './failure.ts';
import { wholeNumber } from './numbers.ts';
import { printJson, printLine, printNotice, printTable } from './print.ts';

interface CreateOptions {
  readonly tenant: string;
  readonly name: string;
  readonly role: readonly KeyRole[];
  readonly limit?: number;
  readonly json?: true;
}

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys: make, list, end');

  keys
    .command('create')
    .description('make a key and print it; it cannot be shown again')
    .requiredOption('--tenant <id>', 'whose conversations it opens; a new tenant is made')
    .requiredOption('--name <name>', 'for people: where the key is used')
    .requiredOption('--role <role...>', `one or more of ${KEY_ROLES.join(', ')}`, addRoles, [])
    .option('--limit <requests>', 'requests a minute, 1 to 1000000 (default: 6000)', wholeNumber)
    .option('--json', 'print {"id", "key", "tenant", "roles"}')
    .action(async ({ tenant, name, role, limit, json }: CreateOptions) => {
      const spec = { tenant, name, roles: role, ...(limit === undefined ? {} : { requestsPerMinute: limit }) };
      const { id, key } = await inDatabase((database) => createKey(database, spec));
      if (json) return printJson({ id, key, tenant, roles: role });
      printLine(key);
      printNotice(`Keep it: it is not shown again. To end it: handback keys revoke ${id}`);
    });

  keys
    .command('list')
    .description('list keys, ended ones too, never the keys themselves')
    .option('--tenant <id>', 'of one tenant')
    .option('--json', 'print {"keys": [...]}')
    .action(async ({ tenant, json }: { tenant?: string; json?: true }) => {
      const found = await inDatabase((database) => listKeys(database, tenant));
      if (json) return printJson({ keys: found });
      printTable(
        ['ID', 'TENANT', 'NAME', 'ROLES', 'PER MINUTE', 'CREATED', 'ENDED'],
        found.map((key) => [
          key.id,
          key.tenant,
          key.name,
          key.roles.join(','),
          String(key.requestsPerMinute),
          key.createdAt.toISOString(),
          key.revokedAt?.toISOString() ?? '',
        ]),
      );
    });

  keys
    .command('revoke <id>')
    .description('end a key; the API lets go of it within five seconds')
    .option('--json', 'print {"revoked"}')
    .action(async (id: string, { json }: { json?: true }) => {
      const done = await inDatabase((database) => revokeKey(database, id));
      if (!done) throw new CommandError(`There is no valid key with the id "${id}". See: handback keys list`);
      if (json) printJson({ revoked: id });
      else printLine(`revoked ${id}`);
    });
}

async function inDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const config: Config = readConfig();
  const { requiredDatabase } = await import('./stack/required.ts');
  const database = requiredDatabase(config, 'keys');
  try {
    return await withDatabaseNamed(config, () => work(database)).catch((error: unknown) => {
      throw withMigrateHint(error);
    });
  } finally {
    await database.close();
  }
}

const NO_SUCH_TABLE = '42P01';

function withMigrateHint(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === NO_SUCH_TABLE)) return error;
  return new CommandError('The database has no tables yet. Run first: handback migrate');
}

function addRoles(text: string, before: readonly KeyRole[]): KeyRole[] {
  const roles = text.split(',').map((role) => {
    const known = KEY_ROLES.find((each) => each === role.trim());
    if (known === undefined) throw new InvalidArgumentError(`Use one or more of ${KEY_ROLES.join(', ')}.`);
    return known;
  });
  return [...before, ...roles];
}
