/** Opening turns. One statement, so a process may die before or after it, never within. */
import type { CallKey, TurnClosed } from '../core/activities.ts';
import type { Account } from '../core/budget.ts';
import type { ArrivalKind, ConversationRef, Customer, TurnOutcome } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { HandBack } from '../core/hand-back.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import type { PromptRow } from '../core/window.ts';
import type { Queryable } from './database.ts';
import { HAND_BACKS, OWNER } from './escalations.ts';
import { HELD_BEFORE, WAITING, type Waiting } from './held-calls.ts';
import { accountOf, SPENT, type StoredSpending } from './spending.ts';

/** Before what prompts carry of an operator's message. */
const OPERATOR_WROTE = 'A colleague, not you, wrote this to the customer: ';

/** What a model call finds when it looks. */
export interface OpenTurn {
  /** The turn has its message: claimed now, or by an earlier attempt. */
  readonly claimed: boolean;
  /** Another process is making this step's model call. */
  readonly held: boolean;
  /** How this call failed last, and after how many attempts, where it did. */
  readonly failed: { readonly failure: Failure; readonly attempts: number } | undefined;
  /** The turn's end, where it has one. */
  readonly closed: TurnClosed | undefined;
  readonly customer: Customer;
  /** What was spent so far, where it was asked for. */
  readonly account: Account | undefined;
  /** What the customer was asked to confirm before they wrote the turn's message. */
  readonly waiting: readonly Waiting[];
  /** Calls of earlier turns wait for a yes: this turn runs or drops them. */
  readonly heldBefore: boolean;
  /** What the turn took. */
  readonly kind: ArrivalKind;
  /** What the operator wrote, where the turn took that. */
  readonly operatorText: string | undefined;
  /** The escalation for which a person owns the conversation. */
  readonly withPerson: string | undefined;
  /** What people gave the conversation back with, the oldest first. */
  readonly handBacks: readonly HandBack[];
  /** Every row of this turn and the newest of those before, in no order. */
  readonly rows: readonly PromptRow[];
}

interface StoredRow {
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  readonly role: 'customer' | 'operator' | 'agent' | 'tool';
  readonly text: string;
  readonly tool_calls: readonly RequestedToolCall[] | null;
  readonly tool: string | null;
  readonly tool_call_id: string | null;
  readonly outcome: ToolOutcome | null;
  /** The customer never got it. */
  readonly not_sent: boolean;
  readonly cut_off: boolean;
  /** ISO 8601, as JSON has it. */
  readonly as_of: string | null;
}

interface OpenRow {
  readonly customer: Customer;
  readonly said: { readonly role: 'customer' | 'operator'; readonly text: string; readonly shown: string } | null;
  readonly kind: ArrivalKind | null;
  readonly operatorText: string | null;
  readonly withPerson: string | null;
  readonly handBacks: readonly HandBack[] | null;
  readonly begun: boolean;
  readonly outcome: TurnOutcome | null;
  readonly more: boolean;
  readonly held: boolean;
  readonly failed: OpenTurn['failed'] | null;
  readonly spending: StoredSpending | null;
  readonly waiting: readonly Waiting[] | null;
  readonly heldBefore: boolean;
  readonly rows: readonly StoredRow[];
}

/*
 * The customer's message enters the transcript first, and only if it did is the inbox row taken: a stalled worker that
 * opens a turn long past finds that turn's row and swallows nothing.
 */
const OPEN = {
  name: 'turn_open',
  text: `
    WITH next AS (
      SELECT message_id, text, kind FROM inbound
       WHERE tenant = $1 AND conversation = $2 AND turn IS NULL AND $6
         AND NOT EXISTS (SELECT FROM transcript
                          WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = 0 AND call = 0)
       ORDER BY seq LIMIT 1
    ), said AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, shown)
      SELECT $1, $2, $3, 0, 0, CASE kind WHEN 'message' THEN 'customer' ELSE 'operator' END, text,
             CASE kind WHEN 'operator' THEN '${OPERATOR_WROTE}' || text END
        FROM next
      ON CONFLICT DO NOTHING
      RETURNING role, text, coalesce(shown, text) AS shown
    ), claimed AS (
      UPDATE inbound i SET turn = $3, next_nudge_at = now() + interval '60 seconds'
        FROM next, said
       WHERE i.tenant = $1 AND i.conversation = $2 AND i.message_id = next.message_id
    ), shown AS (
      SELECT t.* FROM transcript t
       WHERE tenant = $1 AND conversation = $2
         AND position >= $3::bigint * 1000000 AND position < ($3::bigint + 1) * 1000000
      UNION ALL (
      SELECT t.* FROM transcript t
       WHERE tenant = $1 AND conversation = $2 AND position < $3::bigint * 1000000
       ORDER BY position DESC LIMIT $4)
    ), rows AS (
      SELECT turn, step, call, role, tool_calls, tool, tool_call_id, outcome, as_of, shown IS NOT NULL AS not_sent,
             -- what a customer wrote is never cut: an answer is read from all of it
             CASE WHEN role = 'customer' THEN coalesce(shown, text) ELSE left(coalesce(shown, text), $5) END AS text,
             role <> 'customer' AND length(coalesce(shown, text)) > $5 AS cut_off
        FROM shown
    )
    SELECT c.customer,
           (SELECT row_to_json(said) FROM said) AS said,
           coalesce((SELECT kind FROM next),
                    (SELECT kind FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn = $3)) AS kind,
           (SELECT text FROM inbound WHERE tenant = $1 AND conversation = $2 AND kind = 'operator'
              AND (turn = $3 OR message_id IN (SELECT message_id FROM next))) AS "operatorText",
           (${OWNER}) AS "withPerson",
           (${HAND_BACKS}) AS "handBacks",
           EXISTS (SELECT FROM transcript
                    WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = 0 AND call = 0) AS begun,
           (SELECT outcome FROM turns WHERE tenant = $1 AND conversation = $2 AND turn = $3) AS outcome,
           EXISTS (SELECT FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn IS NULL) AS more,
           EXISTS (SELECT FROM calls
                    WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = $7 AND call = 0
                      AND lease_until > now() AND holder <> $8) AS held,
           (SELECT json_build_object('failure', last_failure, 'attempts', attempts) FROM calls
             WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = $7 AND call = 0 AND rung = $9
               AND last_failure IS NOT NULL) AS failed,
           CASE WHEN $10 THEN (${SPENT}) END AS spending,
           CASE WHEN $6 THEN (${WAITING}) END AS waiting,
           $6 AND EXISTS (${HELD_BEFORE}) AS "heldBefore",
           coalesce((SELECT json_agg(rows) FROM rows), '[]') AS rows
      FROM conversations c WHERE c.tenant = $1 AND c.id = $2`,
};

/**
 * The first step takes the oldest waiting message as its turn's; a turn that has its message keeps it.
 *
 * @param holder the name of this process in leases
 * @param limits `counted`: what was spent is asked for too
 * @returns `undefined` where there is no such conversation
 */
export async function openTurn(
  database: Queryable,
  conversation: ConversationRef,
  { turn, step, rung = 0 }: CallKey,
  holder: string,
  limits: { readonly windowRows: number; readonly toolResultCharacters: number; readonly counted?: boolean },
): Promise<OpenTurn | undefined> {
  const claim = step === 1;
  const { windowRows, toolResultCharacters, counted = false } = limits;
  const place = [conversation.tenant, conversation.id, turn];
  const values = [...place, windowRows, toolResultCharacters, claim, step, holder, rung, counted];
  let [found] = await database.query<OpenRow>(OPEN, values);
  // Nothing taken, though something may wait: another process was taking it while this statement looked. Look again.
  if (claim && found !== undefined && found.said === null && !found.begun) {
    [found] = await database.query<OpenRow>(OPEN, values);
  }
  if (found === undefined) return undefined;
  const rows = found.rows.map(promptRowOf);
  if (found.said !== null) {
    const { role, text, shown } = found.said;
    rows.push({ turn, step: 0, call: 0, role, text: role === 'customer' ? text : shown });
  }
  return {
    claimed: found.said !== null || found.begun,
    held: found.held,
    failed: found.failed ?? undefined,
    closed: found.outcome === null ? undefined : { outcome: found.outcome, more: found.more },
    customer: found.customer,
    account: found.spending === null ? undefined : accountOf(found.spending),
    waiting: found.waiting ?? [],
    heldBefore: found.heldBefore,
    kind: found.kind ?? 'message',
    operatorText: found.operatorText ?? undefined,
    withPerson: found.withPerson ?? undefined,
    handBacks: found.handBacks ?? [],
    rows,
  };
}

function promptRowOf(row: StoredRow): PromptRow {
  const { turn, step, call, text } = row;
  switch (row.role) {
    case 'customer':
    case 'operator':
      return { turn, step, call, text, role: row.role };
    case 'agent':
      return {
        ...{ turn, step, call, text, role: 'agent', toolCalls: row.tool_calls ?? [] },
        ...(row.not_sent ? { notSent: true } : {}),
      };
    case 'tool':
      return {
        ...{ turn, step, call, text, role: 'tool' as const, tool: row.tool ?? '' },
        ...{ toolCallId: row.tool_call_id ?? '', cutOff: row.cut_off },
        // A result always has one.
        outcome: row.outcome ?? 'unknown',
        ...(row.as_of === null ? {} : { asOf: new Date(row.as_of).toISOString() }),
      };
  }
}
