/** Doing a thing once, however often it is asked for. */
import type { Database, Queryable } from '../../db/database.ts';
import { CLAIM_EFFECT, READ_EFFECT, RECORD_EFFECT } from './statements.ts';

/** What was done, or a sentence saying why the shop says no. */
export type Decision<T> = { readonly data: T } | { readonly rejected: string };

/** One call of a tool that changes something. */
export interface ChangeCall {
  readonly idempotencyKey: string;
  readonly customerId: string;
}

/**
 * Checks and changes in one transaction, and keeps the decision under the key in that same transaction. A second call with
 * the key, even a concurrent one, gets the first decision and changes nothing; a call that throws leaves no trace.
 */
export async function once<T>(
  database: Database,
  tool: string,
  idempotencyKey: string,
  work: (transaction: Queryable) => Promise<Decision<T>>,
): Promise<Decision<T>> {
  return database.transaction(async (transaction) => {
    const claimed = await transaction.query(CLAIM_EFFECT, [idempotencyKey, tool]);
    if (claimed.length === 0) {
      const [effect] = await transaction.query<{ tool: string; result: Decision<T> }>(READ_EFFECT, [idempotencyKey]);
      if (effect?.tool !== tool) {
        throw new Error(`The idempotency key ${idempotencyKey} was used by ${effect?.tool}; ${tool} needs its own.`);
      }
      return effect.result;
    }
    const decision = await work(transaction);
    await transaction.query(RECORD_EFFECT, [idempotencyKey, JSON.stringify(decision)]);
    return decision;
  });
}
