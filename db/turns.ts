/** Opening and closing turns. Each is one statement, so a process may die before or after it, never within. */
import type { CallKey, TurnClosed } from '../core/activities.ts';
import type { Account } from '../core/budget.ts';
import type { ConversationRef, Customer, TurnOutcome } from '../core/conversation.ts';
import { reasonOf } from '../core/ending.ts';
import type { Failure } from '../core/failure.ts';
import type { Json } from '../core/manifest.ts';
import type { RawUsage, RequestedToolCall } from '../core/prompt.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import type { Verdict } from '../core/verdict.ts';
import type { PromptRow } from '../core/window.ts';
import { type Queryable, storable, storableJson } from './database.ts';
import { ESCALATE } from './escalations.ts';
import { ASKED_ABOUT, HELD_BEFORE, WAITING, type Waiting } from './held-calls.ts';
import { AND_COUNT, accountOf, SPENT, type StoredSpending } from './spending.ts';

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
  /** Every row of this turn and the newest of those before, in no order. */
  readonly rows: readonly PromptRow[];
}

interface StoredRow {
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  readonly role: 'customer' | 'agent' | 'tool';
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
  readonly said: string | null;
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
      SELECT message_id, text FROM inbound
       WHERE tenant = $1 AND conversation = $2 AND turn IS NULL AND $6
         AND NOT EXISTS (SELECT FROM transcript
                          WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = 0 AND call = 0)
       ORDER BY seq LIMIT 1
    ), said AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text)
      SELECT $1, $2, $3, 0, 0, 'customer', text FROM next
      ON CONFLICT DO NOTHING
      RETURNING text
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
           (SELECT text FROM said) AS said,
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
  if (found.said !== null) rows.push({ turn, step: 0, call: 0, role: 'customer', text: found.said });
  return {
    claimed: found.said !== null || found.begun,
    held: found.held,
    failed: found.failed ?? undefined,
    closed: found.outcome === null ? undefined : { outcome: found.outcome, more: found.more },
    customer: found.customer,
    account: found.spending === null ? undefined : accountOf(found.spending),
    waiting: found.waiting ?? [],
    heldBefore: found.heldBefore,
    rows,
  };
}

function promptRowOf(row: StoredRow): PromptRow {
  const { turn, step, call, text } = row;
  switch (row.role) {
    case 'customer':
      return { turn, step, call, text, role: 'customer' };
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

/** What is kept of a model call beside its words: the ledger's part of the row. */
export interface ModelRecord {
  readonly turn: number;
  readonly step: number;
  readonly revision: string;
  readonly model: string;
  readonly finishReason: string;
  readonly usage: RawUsage | null;
  /** Input and output together. */
  readonly tokens: number;
  readonly costUsd: number | null;
  readonly attempts: number;
  /** What guardrails found about the reply. */
  readonly verdicts?: readonly Verdict[];
  /** What prompts carry in place of its text. */
  readonly shown?: string;
  /** Of the attempt that answered, in milliseconds. */
  readonly ms: number;
}

/*
 * Only where the turn still has its message: a database that lost its last commits (a fail-over to a replica that lagged)
 * must not end up with answers to nothing.
 */
const JOURNAL_REQUEST = {
  name: 'turn_journal_request',
  text: `
    INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls,
                            revision, model, finish_reason, usage, cost_usd, attempts, ms, tokens, verdicts, shown)
    SELECT tenant, conversation, turn, $4, 0, 'agent', $5, $6, $7, $8, $9, $10::json, $11, $12, $13, $14, $15::json, $16
      FROM transcript WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = 0 AND call = 0
    ON CONFLICT DO NOTHING
    RETURNING turn`,
};

/** Keeps a reply that asks for tools. @returns whether this call's row is the one that counts */
export async function journalRequest(
  database: Queryable,
  conversation: ConversationRef,
  text: string,
  toolCalls: readonly RequestedToolCall[],
  record: ModelRecord,
): Promise<boolean> {
  const written = await database.query(JOURNAL_REQUEST, [
    conversation.tenant,
    conversation.id,
    record.turn,
    record.step,
    storable(text),
    JSON.stringify(toolCalls),
    ...ledgerOf(record),
  ]);
  return written.length > 0;
}

function ledgerOf(record: ModelRecord): Json[] {
  return [
    record.revision,
    record.model,
    record.finishReason,
    record.usage === null ? null : JSON.stringify(record.usage),
    record.costUsd,
    record.attempts,
    Math.round(record.ms),
    record.tokens,
    record.verdicts === undefined ? null : storableJson(record.verdicts),
    record.shown ?? null,
  ];
}

/*
 * Beside the closing: what only served turns under way is cleared, of earlier turns too, because a process that stalled may
 * have written to one that had ended. And the turn is told to those who wait: whole, where it fits into a notification (8,000
 * bytes), so that they need not look.
 */
const AND_TELL = `${AND_COUNT}
    ), segments_gone AS (
      DELETE FROM segments s USING closed WHERE s.tenant = $1 AND s.conversation = $2 AND s.turn <= $3
    ), calls_gone AS (
      DELETE FROM calls c USING closed WHERE c.tenant = $1 AND c.conversation = $2 AND c.turn <= $3
    ), finished AS (
      SELECT ' ' || json_build_object('turn', turn, 'seq', seq, 'outcome', outcome, 'reply', reply, 'confidence', confidence,
                                      'failure', failure, 'escalationId', escalation) AS turn
        FROM closed
    ), told AS (
      SELECT pg_notify('handback_' || current_schema(),
                       $1 || '/' || $2 || ' turn ' || $3::integer
                          || CASE WHEN octet_length(turn) < 7500 THEN turn ELSE '' END)
        FROM finished
    )`;

/*
 * The reply, the turn's outcome, the answered mark and the notification stand or fall together. The confidence of a turn
 * is that of the least certain tool result it rests on.
 */
const CLOSE_REPLIED = {
  name: 'turn_close_replied',
  text: `
    WITH taken AS (
      SELECT seq FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn = $3
    ), reply AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text,
                              revision, model, finish_reason, usage, cost_usd, attempts, ms, tokens, verdicts, shown)
      SELECT $1, $2, $3, $4, 0, 'agent', $5, $6, $7, $8, $9::json, $10, $11, $12, $13, $14::json, $15 FROM taken
      ON CONFLICT DO NOTHING
      RETURNING turn, role, model, outcome, tokens, cost_usd, ms
    ), closed AS (
      INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
      SELECT $1, $2, $3, taken.seq, 'replied', $5,
             coalesce((SELECT min(confidence) FROM transcript
                        WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND role = 'tool'), 1)
        FROM reply, taken
      ON CONFLICT DO NOTHING
      RETURNING turn, seq, outcome, reply, confidence, failure, escalation
    ), answered AS (
      UPDATE inbound i SET answered_at = now() FROM closed
       WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn = $3${AND_TELL}
    SELECT outcome,
           EXISTS (SELECT FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn IS NULL) AS more,
           (SELECT count(*) FROM told) AS told
      FROM closed`,
};

/** @returns `undefined` where the turn had ended already or that step had another answer: look again */
export async function closeReplied(
  database: Queryable,
  conversation: ConversationRef,
  text: string,
  record: ModelRecord,
): Promise<TurnClosed | undefined> {
  const [closed] = await database.query<TurnClosed>(CLOSE_REPLIED, [
    conversation.tenant,
    conversation.id,
    record.turn,
    record.step,
    storable(text),
    ...ledgerOf(record),
  ]);
  return closed === undefined ? undefined : { outcome: closed.outcome, more: closed.more };
}

/** A turn that ends without the model: what the customer hears is a row of the transcript like any reply. */
const CLOSE_FAILED = {
  name: 'turn_close_failed',
  text: `
    WITH open AS (
      SELECT i.seq FROM inbound i
       WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn = $3
         AND NOT EXISTS (SELECT FROM turns WHERE tenant = $1 AND conversation = $2 AND turn = $3)
    ), reply AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, outcome, failure, verdicts)
      SELECT $1, $2, $3,
             (SELECT max(step) + 1 FROM transcript WHERE tenant = $1 AND conversation = $2 AND turn = $3),
             0, 'agent', $5, $4, $6, $9::json
        FROM open
      RETURNING role, model, outcome, tokens, cost_usd, ms
    ), escalated AS (${ESCALATE}
    ), closed AS (
      INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence, failure, escalation)
      SELECT $1, $2, $3, seq, $4, $5, CASE WHEN $8 THEN 1 ELSE 0 END, $6, (SELECT id FROM escalated) FROM open
      ON CONFLICT DO NOTHING
      RETURNING turn, seq, outcome, reply, confidence, failure, escalation
    ), asked_about AS (${ASKED_ABOUT}
    ), answered AS (
      UPDATE inbound i SET answered_at = now() FROM closed
       WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn = $3${AND_TELL}
    SELECT coalesce((SELECT outcome FROM closed),
                    (SELECT outcome FROM turns WHERE tenant = $1 AND conversation = $2 AND turn = $3)) AS outcome,
           EXISTS (SELECT FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn IS NULL) AS more,
           (SELECT count(*) FROM told) AS told`,
};

export interface TurnEnd {
  readonly turn: number;
  readonly outcome: TurnOutcome;
  readonly customerHears: string;
  /** Absent where nothing went wrong: the customer is asked to confirm what the turn held, or was politely declined. */
  readonly failure?: Failure | undefined;
  /** What guardrails found about the customer's message, where that is why it ends. */
  readonly verdicts?: readonly Verdict[];
  /** In which the customer is asked. */
  readonly language?: string | undefined;
}

/**
 * Ends a turn without a reply of the model. Ended turns keep the outcome they have; a turn that never took a message has none
 * to get.
 *
 * @returns the end, and whether it was this call that brought it
 */
export async function closeWithoutReply(
  database: Queryable,
  conversation: ConversationRef,
  { turn, outcome, customerHears, failure, verdicts, language }: TurnEnd,
): Promise<TurnClosed & { readonly now: boolean }> {
  const [closed] = await database.query<{ outcome: TurnOutcome | null; more: boolean; told: number }>(CLOSE_FAILED, [
    conversation.tenant,
    conversation.id,
    turn,
    outcome,
    customerHears,
    failure === undefined ? null : JSON.stringify(failure),
    outcome === 'escalated' && failure !== undefined ? reasonOf(failure) : null,
    outcome === 'asked' && failure === undefined,
    verdicts === undefined ? null : storableJson(verdicts),
    language ?? null,
  ]);
  const more = closed?.outcome !== null && closed?.more === true;
  return { outcome: closed?.outcome ?? outcome, more, now: (closed?.told ?? 0) > 0 };
}
