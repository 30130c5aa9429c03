/**
 * What was spent, counted where the ledger is written: with a turn's end, in the same statement, so that a turn is counted
 * once however often its worker dies. The turn under way is counted from its rows.
 *
 * The pieces of SQL here stand in the statements of `db/turns.ts`: $1 is the tenant, $2 the conversation, $3 the turn.
 */
import { type Account, add, type Budgets, NOTHING_SPENT, type Spent } from '../core/budget.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

/** What one call spent, from the columns of its row. */
const OF_ROWS = `
  count(*) FILTER (WHERE role = 'agent' AND model IS NOT NULL) AS steps,
  count(*) FILTER (WHERE role = 'tool' AND outcome NOT IN ('denied', 'unconfirmed', 'unapproved')) AS tool_calls,
  coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost_usd), 0) AS usd, coalesce(sum(ms), 0) AS ms`;

/** The calls of a turn: those that were answered, and what failed ones took besides. A condition on the turn follows. */
const ROWS = `
  SELECT role, model, outcome, tokens, cost_usd, ms FROM (
    SELECT turn, step, call, role, model, outcome, tokens, cost_usd, ms FROM transcript
     WHERE tenant = $1 AND conversation = $2
     UNION ALL
    SELECT turn, step, call, 'agent', 'failed', NULL, tokens, usd, 0 FROM calls
     WHERE tenant = $1 AND conversation = $2 AND tokens > 0) c
   WHERE true`;

const OF_PARTS = `
  coalesce(sum(steps), 0) AS steps, coalesce(sum(tool_calls), 0) AS tool_calls, coalesce(sum(tokens), 0) AS tokens,
  coalesce(sum(usd), 0) AS usd, coalesce(sum(ms), 0) AS ms`;

const TODAY = "(now() AT TIME ZONE 'UTC')::date";

/**
 * Of the turn under way, and of what ended before it; one JSON object.
 *
 * @param rows which rows of the turn count, as SQL
 */
const spentWith = (rows: string) => `
  SELECT json_build_object(
    'turn', (SELECT row_to_json(s) FROM (
       SELECT ${OF_ROWS} FROM (${ROWS} AND ${rows}) r) s),
    'conversation', (SELECT row_to_json(s) FROM conversation_spending s WHERE tenant = $1 AND conversation = $2),
    'tenantDay', (SELECT row_to_json(s) FROM (
       SELECT ${OF_PARTS} FROM tenant_spending WHERE tenant = $1 AND day = ${TODAY}) s),
    'raised', (SELECT json_object_agg(scope, limits) FROM raised_limits
                WHERE tenant = $1 AND ((scope IN ('turn', 'conversation') AND subject = $2)
                                       OR (scope = 'tenantDay' AND subject = ${TODAY}::text))))`;

/**
 * As it was when step $7 had its reply, or is to get it: a step that is looked at again after a crash must not count the
 * tool calls that it made itself against what it may make.
 */
export const SPENT = spentWith('turn = $3 AND (step, call) <= ($7::integer, 0)');

/** Where SPENT was read. */
export interface StoredSpending {
  readonly turn: StoredSpent | null;
  readonly conversation: StoredSpent | null;
  readonly tenantDay: StoredSpent | null;
  readonly raised: Budgets | null;
}

interface StoredSpent {
  readonly steps: number;
  readonly tool_calls: number;
  readonly tokens: number;
  readonly usd: number;
  readonly ms: number;
}

export function accountOf({ turn, conversation, tenantDay, raised }: StoredSpending): Account {
  const own = spentOf(turn);
  return {
    spent: { turn: own, conversation: add(spentOf(conversation), own), tenantDay: add(spentOf(tenantDay), own) },
    raised: raised ?? {},
  };
}

function spentOf(stored: StoredSpent | null): Spent {
  if (stored === null) return NOTHING_SPENT;
  const { steps, tool_calls: toolCalls, tokens, usd, ms } = stored;
  return { steps, toolCalls, tokens, usd, ms };
}

const AND_MORE = (table: string) => `
  steps = ${table}.steps + excluded.steps, tool_calls = ${table}.tool_calls + excluded.tool_calls,
  tokens = ${table}.tokens + excluded.tokens, usd = ${table}.usd + excluded.usd, ms = ${table}.ms + excluded.ms`;

/**
 * Counts a turn that `closed` has just ended. Its rows are those it had before and the one that `reply` writes in the same
 * statement, which that statement cannot see yet.
 */
export const AND_COUNT = `
    ), spent AS (
      SELECT ${OF_ROWS} FROM (
        ${ROWS} AND turn = $3
         UNION ALL
        SELECT role, model, outcome, tokens, cost_usd, ms FROM reply) r
    ), spent_in_conversation AS (
      INSERT INTO conversation_spending (tenant, conversation, steps, tool_calls, tokens, usd, ms)
      SELECT $1, $2, s.steps, s.tool_calls, s.tokens, s.usd, s.ms FROM spent s, closed
      ON CONFLICT (tenant, conversation) DO UPDATE SET ${AND_MORE('conversation_spending')}
    ), spent_today AS (
      INSERT INTO tenant_spending (tenant, day, part, steps, tool_calls, tokens, usd, ms)
      SELECT $1, ${TODAY}, hashtext($2) & 15, s.steps, s.tool_calls, s.tokens, s.usd, s.ms FROM spent s, closed
      ON CONFLICT (tenant, day, part) DO UPDATE SET ${AND_MORE('tenant_spending')}`;

const READ = {
  name: 'spending_read',
  text: `
    SELECT c.agent, coalesce(c.revision, (SELECT a.revision FROM agents a WHERE a.id = c.agent), '') AS revision, ${TODAY}::text AS day, (${spentWith('turn = next.turn')}) AS spending
      FROM conversations c
     CROSS JOIN (SELECT coalesce(max(turn), 0) + 1 AS turn FROM turns WHERE tenant = $1 AND conversation = $2) next
     WHERE c.tenant = $1 AND c.id = $2`,
};

export interface ConversationSpending {
  readonly agent: string;
  /** What it works with; before its first turn, what it will begin with. */
  readonly revision: string;
  /** Today, UTC, as `YYYY-MM-DD`. */
  readonly day: string;
  readonly account: Account;
}

/** For people; `undefined` where there is no such conversation. */
export async function readSpending(
  database: Queryable,
  { tenant, id }: ConversationRef,
): Promise<ConversationSpending | undefined> {
  const [row] = await database.query<{
    agent: string;
    revision: string;
    day: string;
    spending: StoredSpending;
  }>(READ, [tenant, id]);
  return row && { agent: row.agent, revision: row.revision, day: row.day, account: accountOf(row.spending) };
}
