/**
 * What the calls of one customer add up to on one day, over all their conversations. A call writes down what it takes before
 * it is decided about, so that calls in several conversations at once see each other.
 */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

export interface Amount {
  readonly tool: string;
  readonly argument: string;
  readonly amount: number;
}

/*
 * The lock orders the rows of one customer: who comes later reads what came before. It is held for this statement only, and
 * taken before any row has its number.
 */
const RESERVE = {
  name: 'day_amounts_reserve',
  text: `
    WITH locked AS MATERIALIZED (
      SELECT pg_advisory_xact_lock(hashtextextended('day_amounts/' || $1 || '/' || $2, 0))
    )
    INSERT INTO day_amounts (tenant, customer, day, conversation, turn, step, call, tool, argument, amount)
    SELECT $1, $2, (now() AT TIME ZONE 'UTC')::date, $3, $4, $5, $6, a.tool, a.argument, a.amount
      FROM locked, json_to_recordset($7::json) AS a (tool text, argument text, amount double precision)
    ON CONFLICT (tenant, conversation, turn, step, call, tool, argument) DO NOTHING`,
};

/** Writes down what a call takes, once. */
export async function reserveDayAmounts(
  database: Queryable,
  { tenant, id }: ConversationRef,
  { turn, step, call }: CallKey,
  customer: string,
  amounts: readonly Amount[],
): Promise<void> {
  if (amounts.length === 0) return;
  await database.query(RESERVE, [tenant, customer, id, turn, step, call, JSON.stringify(amounts)]);
}

/*
 * Counted are calls that were written down before this one and that happened, may have happened or may yet: a result that says
 * that nothing was done takes its row out of the sum. A call and the one that stood in for it share a place: of the two the
 * one that ran counts, and neither against the other.
 */
const SUMS = {
  name: 'day_amounts_sums',
  text: `
    WITH own AS (
      SELECT max(id) AS id FROM day_amounts
       WHERE tenant = $1 AND conversation = $3 AND turn = $4 AND step = $5 AND call = $6
    )
    SELECT d.tool, d.argument, sum(d.amount) AS amount
      FROM day_amounts d
      LEFT JOIN transcript t ON t.tenant = $1 AND t.conversation = d.conversation AND t.turn = d.turn AND t.step = d.step
                            AND t.call = d.call
     WHERE d.tenant = $1 AND d.customer = $2 AND d.day = (now() AT TIME ZONE 'UTC')::date
       AND d.id < coalesce((SELECT id FROM own), 9223372036854775807)
       AND NOT (d.conversation = $3 AND d.turn = $4 AND d.step = $5 AND (d.call = $6 OR d.call = ANY ($7::integer[])))
       AND coalesce(t.tool, d.tool) = d.tool
       AND coalesce(t.outcome, 'unknown') IN ('done', 'unknown')
     GROUP BY d.tool, d.argument`,
};

/**
 * @param besides calls of the same step that somebody else counts
 * @returns what the customer's calls took today that were written down before this one
 */
export function sumDayAmounts(
  database: Queryable,
  { tenant, id }: ConversationRef,
  { turn, step, call }: CallKey,
  customer: string,
  besides: readonly number[],
): Promise<readonly Amount[]> {
  return database.query<Amount>(SUMS, [tenant, customer, id, turn, step, call, [...besides]]);
}
