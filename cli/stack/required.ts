/** What a verb needs from the environment where the embedded stack is not there to provide it. */
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { openPool } from '../../db/pool.ts';
import { CommandError } from '../failure.ts';

/** @throws CommandError when TEMPORAL_ADDRESS is not set */
export function requiredTemporal(
  { temporal }: Config,
  verb: string,
): Config['temporal'] & { readonly address: string } {
  if (temporal.address !== undefined) return { ...temporal, address: temporal.address };
  throw new CommandError(
    `handback ${verb} needs a Temporal service: set TEMPORAL_ADDRESS, e.g. TEMPORAL_ADDRESS=127.0.0.1:7233. ` +
      'To run everything in one process without any service: handback start',
  );
}

/** Connects when first used. @throws CommandError when DATABASE_URL is not set */
export function requiredDatabase({ database }: Config, verb: string, onError?: (error: Error) => void): Database {
  if (database.url === undefined) {
    throw new CommandError(
      `handback ${verb} needs PostgreSQL: set DATABASE_URL, e.g. DATABASE_URL=postgres://handback@127.0.0.1:5432/handback. ` +
        '(The embedded database of `handback start` lives inside that process and cannot be opened from another one.)',
    );
  }
  return openPool({
    url: database.url,
    schema: database.schema,
    applicationName: `handback-${verb}`,
    ...(onError === undefined ? {} : { onError }),
  });
}
