/** Fleet-wide breakers: each a row that is changed by comparing its version, so that two processes never overwrite each other. */
import type { Breaker } from '../core/breaker.ts';
import type { Queryable } from './database.ts';

export interface StoredBreaker {
  /** `tool:<agent>/<name>`, `model:<name>` or `model:<provider>/<name>`. */
  readonly service: string;
  readonly breaker: Breaker;
  /** 0 where there is no row yet. */
  readonly version: number;
  readonly changedAt: Date;
}

interface Row {
  readonly service: string;
  readonly breaker: Breaker;
  readonly version: number;
  readonly changed_at: Date;
}

const READ_ALL = {
  name: 'breakers_read',
  text: 'SELECT service, breaker, version, changed_at FROM breakers ORDER BY service',
};

const READ_ONE = {
  name: 'breaker_read',
  text: 'SELECT service, breaker, version, changed_at FROM breakers WHERE service = $1',
};

/** Every service that ever failed. */
export async function readBreakers(database: Queryable): Promise<readonly StoredBreaker[]> {
  return (await database.query<Row>(READ_ALL)).map(storedOf);
}

export async function readBreaker(database: Queryable, service: string): Promise<StoredBreaker | undefined> {
  const [row] = await database.query<Row>(READ_ONE, [service]);
  return row === undefined ? undefined : storedOf(row);
}

function storedOf({ service, breaker, version, changed_at }: Row): StoredBreaker {
  return { service, breaker, version, changedAt: changed_at };
}

const INSERT = {
  name: 'breaker_insert',
  text: 'INSERT INTO breakers (service, breaker) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING version',
};

const UPDATE = {
  name: 'breaker_update',
  text: `
    UPDATE breakers SET breaker = $2, version = version + 1, changed_at = now()
     WHERE service = $1 AND version = $3
    RETURNING version`,
};

/**
 * Keeps a new state, unless somebody else changed the breaker since `version` was read.
 *
 * @returns whether it is kept
 */
export async function changeBreaker(
  database: Queryable,
  service: string,
  version: number,
  breaker: Breaker,
): Promise<boolean> {
  const json = JSON.stringify(breaker);
  const kept =
    version === 0
      ? await database.query(INSERT, [service, json])
      : await database.query(UPDATE, [service, json, version]);
  return kept.length > 0;
}
