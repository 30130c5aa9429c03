/** PGlite: PostgreSQL compiled to WebAssembly, in this process. One connection, so one statement at a time. */
import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { Database, Statement } from './database.ts';

const INT8 = 20;

/**
 * @param dataDir folder for the data, or `undefined` for a database in memory that is gone with the process
 */
export async function openEmbedded(dataDir?: string): Promise<Database> {
  const lite = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    parsers: { [INT8]: Number },
  });
  return {
    kind: 'embedded',
    schema: 'public',
    query: (statement, values) => run(lite, statement, values),
    transaction: (work) =>
      lite.transaction((transaction) => work({ query: (statement, values) => run(transaction, statement, values) })),
    session: (work) =>
      work({
        async query(text, values) {
          if (values !== undefined && values.length > 0) return lite.query(text, values);
          return (await lite.exec(text)).at(-1) ?? { rows: [] };
        },
      }),
    // Notifications cannot be lost here: there is no connection that could break.
    listen: (onPayload) => lite.listen('handback_public', onPayload),
    close: () => lite.close(),
  };
}

async function run<Row>(
  target: PGlite | Transaction,
  statement: Statement,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const result = await target.query<Row>(statement.text, [...values]);
  return result.rows;
}
