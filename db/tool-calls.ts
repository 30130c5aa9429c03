/** Tool calls: what was asked for, the intent before a change, the result. */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef, Customer } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import { type Queryable, storable } from './database.ts';

export interface AskedCall {
  readonly request: RequestedToolCall;
  readonly customer: Customer;
  /** The outcome, where the call has been made. */
  readonly outcome: ToolOutcome | undefined;
  /** Another process is making it. */
  readonly held: boolean;
}

const ASKED = {
  name: 'tool_asked',
  text: `
    SELECT asked.tool_calls -> ($5::integer - 1) AS request, c.customer, done.outcome,
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
    held: boolean;
  }>(ASKED, [conversation.tenant, conversation.id, key.turn, key.step, key.call, holder]);
  if (row === undefined || row.request === null) return undefined;
  const { request, customer, held } = row;
  return { request, customer, outcome: row.outcome ?? undefined, held };
}

/** Effects and transcript rows share their key, so an effect can always be traced to what asked for it. */
const INTEND = {
  name: 'tool_intend',
  text: `
    INSERT INTO effects AS e (tenant, conversation, turn, step, call, idempotency_key, tool, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'started')
    ON CONFLICT (tenant, conversation, turn, step, call) DO UPDATE SET attempts = e.attempts + 1
     WHERE e.state = 'started'
    RETURNING attempts`,
};

/**
 * Keeps that a call which changes something is about to run.
 *
 * @returns how often it was about to, this time included; 0 where the call has ended, in another process
 */
export async function intendEffect(
  database: Queryable,
  conversation: ConversationRef,
  key: CallKey,
  idempotencyKey: string,
  tool: string,
): Promise<number> {
  const [row] = await database.query<{ attempts: number }>(INTEND, [
    conversation.tenant,
    conversation.id,
    key.turn,
    key.step,
    key.call,
    idempotencyKey,
    tool,
  ]);
  return row?.attempts ?? 0;
}

const BEGUN = {
  name: 'tool_begun',
  text: `
    SELECT FROM effects
     WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = $4 AND call = $5 AND state = 'started'`,
};

/** Whether a call that changes something was about to run and has not been seen to end. */
export async function hasBegun(database: Queryable, conversation: ConversationRef, key: CallKey): Promise<boolean> {
  const { tenant, id } = conversation;
  return (await database.query(BEGUN, [tenant, id, key.turn, key.step, key.call])).length > 0;
}

const JOURNAL = {
  name: 'tool_journal',
  text: `
    WITH result AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool, tool_call_id,
                              outcome, confidence, failure, revision, attempts, ms)
      VALUES ($1, $2, $3, $4, $5, 'tool', $6, $7, $8, $9, $10, $11, $12, $13, $14)
      ON CONFLICT DO NOTHING
      RETURNING outcome
    ), effect AS (
      UPDATE effects e SET finished_at = now(),
             state = CASE (SELECT outcome FROM result) WHEN 'done' THEN 'done' WHEN 'unknown' THEN 'unknown' ELSE 'failed' END
       WHERE $15 AND e.tenant = $1 AND e.conversation = $2 AND e.turn = $3 AND e.step = $4 AND e.call = $5
         AND EXISTS (SELECT FROM result)
    )
    SELECT outcome FROM result`,
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
}

/** Keeps a tool result, once. @returns whether this result is the one that counts */
export async function journalToolResult(
  database: Queryable,
  conversation: ConversationRef,
  record: ToolRecord,
): Promise<boolean> {
  const written = await database.query(JOURNAL, [
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
  ]);
  return written.length > 0;
}
