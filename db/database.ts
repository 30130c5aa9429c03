/**
 * The one interface to the database: named prepared statements, transactions, notifications. Two implementations:
 * `pool.ts` (PostgreSQL through `pg`) and `embedded.ts` (PGlite in this process).
 */

/** A statement prepared once per connection under its name. Names are unique in the project. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface Queryable {
  /** @throws the driver's error; `activities/failure.ts` classifies it */
  query<Row>(statement: Statement, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A connection as `node-pg-migrate` wants it. */
export interface Session {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface Database extends Queryable {
  readonly kind: 'postgres' | 'embedded';
  /** Runs `work` in one transaction; rolls back when it throws. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** The schema the tables live in. */
  readonly schema: string;
  /** Lends one connection that takes SQL text, several statements at once: for migrations and test set-up only. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Calls back for every notification of this schema, `onLost` whenever notifications may have been missed
   * (reconnect): the listener then catches up from the tables. Returns the function that stops it.
   */
  listen(onPayload: (payload: string) => void, onLost?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** PostgreSQL's text holds neither NUL nor half a surrogate pair, and models and tools send those too. */
export function storable(text: string): string {
  return UNSTORABLE.test(text) ? text.replaceAll(EVERY_UNSTORABLE, '\uFFFD') : text;
}

const UNSTORABLE = /\0|\p{Surrogate}/u;
const EVERY_UNSTORABLE = /\0|\p{Surrogate}/gu;

/** As JSON text whose strings PostgreSQL can read back. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));
}
