/** Tool calls: what was asked for, and the result. */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef, Customer } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import type { Verdict } from '../core/verdict.ts';
import { type Queryable, storable, storableJson } from './database.ts';
import { HOLD, type Hold } from './held-calls.ts';

export interface AskedCall {
  readonly request: RequestedToolCall;
  readonly customer: Customer;
  /** The outcome, where the call has been made. */
  readonly outcome: ToolOutcome | undefined;
  /** Why, where it failed. */
  readonly failure: Failure | undefined;
  /** What the model reads of it. */
  readonly text: string | undefined;
  /** Another process is making it. */
  readonly held: boolean;
}

const ASKED = {
  name: 'tool_asked',
  text: `
    SELECT asked.tool_calls -> ($5::integer - 1) AS request, c.customer, done.outcome, done.failure, coalesce(done.shown, done.text) AS text,
           EXISTS (SELECT FROM calls h
                    WHERE h.tenant = $1 AND h.conversation = $2 AND h.turn = $3 AND h.step = $4 AND h.call = $5
                      AND h.lease_until > now() AND h.holder <> $6) AS held
      FROM conversations c
      JOIN transcript asked ON asked.tenant = $1 AND asked.conversation = $2 AND asked.turn = $3 AND asked.step = $4
                           AND asked.call = 0
      LEFT JOIN transcript done ON done.tenant = $1 AND done.conversation = $2 AND done.turn = $3 AND done.step = $4
                               AND done.call = $5
     WHERE c.tenant = $1 AND c.id = $2`,
};

export async function findAskedCall(
  database: Queryable,
  conversation: ConversationRef,
  key: CallKey,
  holder: string,
): Promise<AskedCall | undefined> {
  const [row] = await database.query<{
    request: RequestedToolCall | null;
    customer: Customer;
    outcome: ToolOutcome | null;
    failure: Failure | null;
    text: string | null;
    held: boolean;
  }>(ASKED, [conversation.tenant, conversation.id, key.turn, key.step, key.call, holder]);
  if (row === undefined || row.request === null) return undefined;
  const { request, customer, held } = row;
  const { outcome, failure, text } = row;
  const kept = { outcome: outcome ?? undefined, failure: failure ?? undefined, text: text ?? undefined };
  return { request, customer, ...kept, held };
}

/*
 * The result and what it says about the change stand or fall together. Another tool's change in the same call is one that did
 * not happen: only then may something else stand in for it. A change in doubt is told to the audit log, because a person has
 * to look into it.
 */
const JOURNAL = {
  name: 'tool_journal',
  text: `
    WITH result AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool, tool_call_id,
                              outcome, confidence, failure, revision, attempts, ms, as_of, verdicts, shown)
      VALUES ($1, $2, $3, $4, $5, 'tool', $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17, $18)
      ON CONFLICT DO NOTHING
      RETURNING outcome
    ), held AS (${HOLD}
    ), effect AS (
      UPDATE effects e SET finished_at = now(),
             state = CASE WHEN e.tool <> $7 THEN 'failed'
                          ELSE (SELECT CASE WHEN outcome IN ('done', 'unknown') THEN outcome ELSE 'failed' END FROM result) END
       WHERE $15 AND e.tenant = $1 AND e.conversation = $2 AND e.turn = $3 AND e.step = $4 AND e.call = $5
         AND e.state = 'started' AND EXISTS (SELECT FROM result)
      RETURNING idempotency_key, state
    ), in_doubt AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, 'worker', 'effect.unknown', 'effect:' || idempotency_key, json_build_object('tool', $7::text, 'failure', $11::json)
        FROM effect WHERE state = 'unknown'
    )
    SELECT outcome, (SELECT idempotency_key FROM effect WHERE state = 'unknown') AS in_doubt FROM result`,
};

export interface ToolRecord extends CallKey {
  readonly tool: string;
  readonly toolCallId: string;
  /** What the model will read. */
  readonly text: string;
  readonly outcome: ToolOutcome;
  readonly confidence: number;
  readonly failure?: Failure;
  readonly revision: string;
  readonly attempts: number;
  readonly ms: number;
  /** Whether it may have a row in `effects`. */
  readonly sideEffect: boolean;
  /** When the data is of, where that is not now. */
  readonly asOf?: Date;
  /** What guardrails found. */
  readonly verdicts?: readonly Verdict[];
  /** What the model sees in place of the text. */
  readonly shown?: string;
  /** It waits for somebody's yes. */
  readonly hold?: Hold;
}

/**
 * Keeps a tool result, once.
 *
 * @returns `undefined` where another result came first; else the key of the change that is in doubt, if one is
 */
export async function journalToolResult(
  database: Queryable,
  conversation: ConversationRef,
  record: ToolRecord,
): Promise<{ readonly inDoubt: string | undefined } | undefined> {
  const [written] = await database.query<{ in_doubt: string | null }>(JOURNAL, [
    conversation.tenant,
    conversation.id,
    record.turn,
    record.step,
    record.call,
    storable(record.text),
    storable(record.tool),
    storable(record.toolCallId),
    record.outcome,
    record.confidence,
    record.failure === undefined ? null : JSON.stringify(record.failure),
    record.revision,
    record.attempts,
    Math.round(record.ms),
    record.sideEffect,
    record.asOf ?? null,
    record.verdicts === undefined ? null : storableJson(record.verdicts),
    record.shown ?? null,
    record.hold === undefined ? null : storableJson(record.hold),
  ]);
  return written === undefined ? undefined : { inDoubt: written.in_doubt ?? undefined };
}
