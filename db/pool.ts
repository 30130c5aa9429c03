/** PostgreSQL through `pg`. */
import pg from 'pg';
import type { Database, Statement } from './database.ts';

export interface PoolOptions {
  readonly url: string;
  /** The schema all tables live in; default `public`. */
  readonly schema?: string;
  readonly maxConnections?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Told of a broken idle connection; the pool replaces it. */
  readonly onError?: (error: Error) => void;
}

// PostgreSQL's int8 and numeric arrive as strings; ours (positions, counts) are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Connects lazily: a database that is down makes queries fail, not this call. */
export function openPool(options: PoolOptions): Database {
  const schema = options.schema ?? 'public';
  if (!SCHEMA_NAME.test(schema))
    throw new Error(`"${schema}" is not a schema name. Use lower-case letters, digits, "_".`);
  const config = {
    connectionString: options.url,
    application_name: options.applicationName ?? 'handback',
    connectionTimeoutMillis: 5_000,
    // Without it a half-open connection hangs a query for the kernel's retransmission time, a quarter of an hour.
    query_timeout: 30_000,
    keepAlive: true,
    options: `-c search_path=${schema},public`,
  };
  const pool = new pg.Pool({ ...config, max: options.maxConnections ?? 20, idleTimeoutMillis: 60_000 });
  pool.on('error', (error) => options.onError?.(error));

  return {
    kind: 'postgres',
    schema,
    query: (statement, values) => run(pool, statement, values),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const result = await work({ query: (statement, values) => run(client, statement, values) });
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch((rollback: Error) => {
          broken = rollback;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    async session(work) {
      const client = await pool.connect();
      let failed: Error | undefined;
      try {
        return await work({ query: (text, values) => client.query(text, values) });
      } catch (error) {
        // It may have failed within a transaction: nobody is to get that connection.
        failed = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.release(failed);
      }
    },
    listen: (onPayload, onLost) => listen(config, `handback_${schema}`, onPayload, onLost),
    close: () => pool.end(),
  };
}

async function run<Row>(
  target: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  // The row type is the caller's knowledge of its own SQL; nothing at run time could check it.
  const result = await target.query({ name: statement.name, text: statement.text, values: [...values] });
  return result.rows as Row[];
}

/** One dedicated connection that comes back by itself; whoever listens catches up from the tables when told. */
async function listen(
  config: pg.ClientConfig,
  channel: string,
  onPayload: (payload: string) => void,
  onLost: () => void = () => undefined,
): Promise<() => Promise<void>> {
  let stopped = false;
  /** The newest, from the moment it begins to connect, so that whoever stops finds it. */
  let current: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const client = new pg.Client(config);
    let listening = false;
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    client.on('error', () => undefined); // 'end' follows and does the work
    client.on('end', () => {
      if (listening && !stopped) reconnectLater();
    });
    current = client;
    try {
      await client.connect();
      await client.query(`LISTEN "${channel}"`);
      listening = true;
    } catch (error) {
      // Connected it may be all the same. Nobody waits for its end: a server that does not answer may take its time.
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  function reconnectLater(): void {
    retry = setTimeout(() => {
      connect().then(
        () => {
          if (!stopped) onLost();
        },
        () => {
          if (!stopped) reconnectLater();
        },
      );
    }, 500);
  }

  await connect().catch(() => reconnectLater());
  return async () => {
    stopped = true;
    clearTimeout(retry);
    await current?.end().catch(() => undefined);
  };
}
