/** Closing turns. Each is one statement, so a process may die before or after it, never within. */
import type { TurnClosed } from '../core/activities.ts';
import type { ConversationRef, TurnOutcome } from '../core/conversation.ts';
import { reasonOf } from '../core/ending.ts';
import type { Failure } from '../core/failure.ts';
import type { Json } from '../core/manifest.ts';
import type { RawUsage, RequestedToolCall } from '../core/prompt.ts';
import type { Verdict } from '../core/verdict.ts';
import { type Queryable, storable, storableJson } from './database.ts';
import { ESCALATE } from './escalations.ts';
import { ASKED_ABOUT } from './held-calls.ts';
import { AND_COUNT } from './spending.ts';

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
export const AND_TELL = `${AND_COUNT}
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
