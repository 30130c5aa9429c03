/**
 * The transcript as it is shown, in the order of positions. The end of a turn (its `turns` row) has a position too,
 * the last one of its turn, so that messages, steps, tools and outcomes are one sequence with one kind of bookmark.
 */
import type { ConversationRef, TurnOutcome } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Queryable } from './database.ts';

interface At {
  readonly position: number;
  readonly turn: number;
  readonly at: Date;
}

export interface MessageEntry extends At {
  readonly kind: 'message';
  readonly from: 'customer' | 'agent' | 'operator';
  readonly text: string;
}

/** One model call. */
export interface StepEntry extends At {
  readonly kind: 'step';
  readonly step: number;
  readonly text: string;
  readonly toolCalls: readonly RequestedToolCall[];
  readonly model: string | null;
  readonly finishReason: string | null;
  readonly usage: unknown;
  readonly costUsd: number | null;
  readonly ms: number | null;
  readonly attempts: number;
  readonly failure: Failure | null;
  /** What guardrails found; `null`: none looked. */
  readonly verdicts: readonly Verdict[] | null;
}

/** The result of one tool call. */
export interface ToolEntry extends At {
  readonly kind: 'tool';
  readonly step: number;
  readonly call: number;
  readonly tool: string | null;
  readonly toolCallId: string | null;
  readonly outcome: ToolOutcome | null;
  readonly confidence: number | null;
  readonly text: string;
  readonly ms: number | null;
  readonly attempts: number;
  readonly failure: Failure | null;
  /** What guardrails found; `null`: none looked. */
  readonly verdicts: readonly Verdict[] | null;
}

/** The end of a turn. */
interface TurnEntry extends At {
  readonly kind: 'turn';
  readonly seq: number;
  readonly outcome: TurnOutcome;
  readonly reply: string;
  readonly confidence: number;
  readonly failure: Failure | null;
}

export type Entry = MessageEntry | StepEntry | ToolEntry | TurnEntry;

/** Before the first entry of every conversation. */
export const BEGINNING = -1;

const IN_CONVERSATION = 'tenant = $1 AND conversation = $2';
// turn * 1000000 + 999999 > $3, written so that the primary key serves it
const TURN_AFTER = 'turn >= ($3::bigint + 1) / 1000000';
const TURN_POSITION = 'turn::bigint * 1000000 + 999999';

const MESSAGES = {
  name: 'transcript_messages',
  text: `
    SELECT position, turn, created_at AS at, 'message' AS kind, 'customer' AS from, text
      FROM transcript WHERE ${IN_CONVERSATION} AND position > $3 AND role = 'customer'
     UNION ALL
    SELECT ${TURN_POSITION}, turn, closed_at, 'message',
           CASE WHEN EXISTS (SELECT FROM inbound i WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn = t.turn
                                AND i.kind = 'operator') THEN 'operator' ELSE 'agent' END, reply
      FROM turns t WHERE ${IN_CONVERSATION} AND ${TURN_AFTER} AND reply <> ''
     ORDER BY position LIMIT $4`,
};

/** What the customer said and was told, after `after`. */
export function readMessages(
  database: Queryable,
  conversation: ConversationRef,
  after: number,
  limit: number,
): Promise<readonly MessageEntry[]> {
  return database.query<MessageEntry>(MESSAGES, [conversation.tenant, conversation.id, after, limit]);
}

const VISIBLE = {
  name: 'transcript_visible',
  text: `
    SELECT position, turn, created_at AS at, text, NULL::integer AS seq, NULL AS outcome, NULL::real AS confidence,
           NULL::json AS failure
      FROM transcript WHERE ${IN_CONVERSATION} AND position > $3 AND role = 'customer'
     UNION ALL
    SELECT ${TURN_POSITION}, turn, closed_at, reply, seq, outcome, confidence, failure
      FROM turns WHERE ${IN_CONVERSATION} AND ${TURN_AFTER}
     ORDER BY position LIMIT $4`,
};

/** Like `readMessages`, with every reply as the turn it ended. */
export async function readVisible(
  database: Queryable,
  conversation: ConversationRef,
  after: number,
  limit: number,
): Promise<readonly Entry[]> {
  const rows = await database.query<VisibleRow>(VISIBLE, [conversation.tenant, conversation.id, after, limit]);
  return rows.map(({ position, turn, at, text, seq, outcome, confidence, failure }) =>
    seq === null || outcome === null || confidence === null
      ? { kind: 'message', position, turn, at, from: 'customer', text }
      : { kind: 'turn', position, turn, at, seq, outcome, reply: text, confidence, failure },
  );
}

interface VisibleRow extends At {
  readonly text: string;
  readonly seq: number | null;
  readonly outcome: TurnOutcome | null;
  readonly confidence: number | null;
  readonly failure: Failure | null;
}

const ALL = {
  name: 'transcript_all',
  text: `
    SELECT r.position, r.turn, r.step, r.call, r.created_at AS at, r.role, r.text, r.tool_calls AS "toolCalls",
           r.tool, r.tool_call_id AS "toolCallId", r.outcome, r.confidence, r.failure, r.verdicts, r.model,
           r.finish_reason AS "finishReason", r.usage, r.cost_usd AS "costUsd", r.attempts, r.ms, NULL::integer AS seq,
           EXISTS (SELECT FROM turns d WHERE d.tenant = $1 AND d.conversation = $2 AND d.turn = r.turn) AS final
      FROM transcript r WHERE ${IN_CONVERSATION} AND position > $3
     UNION ALL
    SELECT ${TURN_POSITION}, turn, 999, 999, closed_at, 'turn', reply, NULL, NULL, NULL, outcome, confidence, failure,
           NULL, NULL, NULL, NULL, NULL, 0, NULL, seq, true
      FROM turns WHERE ${IN_CONVERSATION} AND ${TURN_AFTER}
     ORDER BY position LIMIT $4`,
};

interface Row extends At {
  readonly step: number;
  readonly call: number;
  readonly role: 'customer' | 'operator' | 'agent' | 'tool' | 'turn';
  readonly text: string;
  readonly toolCalls: readonly RequestedToolCall[] | null;
  readonly tool: string | null;
  readonly toolCallId: string | null;
  readonly outcome: string | null;
  readonly confidence: number | null;
  readonly failure: Failure | null;
  readonly verdicts: readonly Verdict[] | null;
  readonly model: string | null;
  readonly finishReason: string | null;
  readonly usage: unknown;
  readonly costUsd: number | null;
  readonly attempts: number;
  readonly ms: number | null;
  readonly seq: number | null;
  readonly final: boolean;
}

/** An entry and what is needed to see that none before it is missing. */
export interface PlacedEntry {
  readonly entry: Entry;
  readonly step: number;
  readonly call: number;
  /** Whether the turn is over: then nothing more can appear in it. */
  readonly final: boolean;
}

/** Everything after `after`: messages, model calls, tool results, outcomes. Parallel calls may not all be there yet. */
export async function readAll(
  database: Queryable,
  conversation: ConversationRef,
  after: number,
  limit: number,
): Promise<readonly PlacedEntry[]> {
  const rows = await database.query<Row>(ALL, [conversation.tenant, conversation.id, after, limit]);
  return rows.map((row) => ({ entry: entryOf(row), step: row.step, call: row.call, final: row.final }));
}

function entryOf(row: Row): Entry {
  const { position, turn, step, call, at, text, attempts, ms, failure, verdicts, confidence } = row;
  switch (row.role) {
    case 'customer':
    case 'operator':
      return { kind: 'message', position, turn, at, from: row.role, text };
    case 'agent': {
      const { model, finishReason, usage, costUsd } = row;
      const toolCalls = row.toolCalls ?? [];
      const ledger = { model, finishReason, usage, costUsd, ms, attempts, failure, verdicts };
      return { kind: 'step', position, turn, at, step, text, toolCalls, ...ledger };
    }
    case 'tool': {
      // The check of who writes which outcome is the writers' types; the column is plain text.
      const outcome = row.outcome as ToolOutcome | null;
      const { tool, toolCallId } = row;
      return {
        kind: 'tool',
        position,
        turn,
        at,
        step,
        call,
        tool,
        toolCallId,
        outcome,
        confidence,
        text,
        ms,
        attempts,
        failure,
        verdicts,
      };
    }
    case 'turn':
      return turnEntryOf(row);
  }
}

function turnEntryOf({ position, turn, at, seq, outcome, text, confidence, failure }: Row): TurnEntry {
  // The columns are NOT NULL in `turns`, with a CHECK on `outcome`; only the UNION makes them look optional.
  const end = { seq, outcome, confidence } as Pick<TurnEntry, 'seq' | 'outcome' | 'confidence'>;
  return { kind: 'turn', position, turn, at, ...end, reply: text, failure };
}

const CALLS_ASKED = {
  name: 'transcript_calls_asked',
  text: `
    SELECT CASE json_typeof(tool_calls) WHEN 'array' THEN json_array_length(tool_calls) ELSE 0 END AS calls
      FROM transcript WHERE ${IN_CONVERSATION} AND turn = $3 AND step = $4 AND call = 0`,
};

/** How many tool calls a step asked for; 0 where there is no such step. */
export async function callsAsked(
  database: Queryable,
  conversation: ConversationRef,
  turn: number,
  step: number,
): Promise<number> {
  const [row] = await database.query<{ calls: number }>(CALLS_ASKED, [
    conversation.tenant,
    conversation.id,
    turn,
    step,
  ]);
  return row?.calls ?? 0;
}

export interface Segment {
  readonly turn: number;
  readonly step: number;
  /** A repeated model call begins its text anew, with a higher attempt: forget the text of the lower one. */
  readonly attempt: number;
  readonly n: number;
  readonly text: string;
}

const SEGMENTS = {
  name: 'segments_after',
  text: `
    SELECT turn, step, attempt, n, text FROM segments s
     WHERE ${IN_CONVERSATION} AND (turn, step, attempt, n) > ($3::integer, $4::integer, $5::integer, $6::integer)
       AND turn > (SELECT coalesce(max(d.turn), 0) FROM turns d WHERE d.tenant = $1 AND d.conversation = $2)
       AND attempt = (SELECT max(attempt) FROM segments o WHERE o.tenant = $1 AND o.conversation = $2
                         AND o.turn = s.turn AND o.step = s.step)
     ORDER BY turn, step, attempt, n`,
};

/** Text released early, of the turn under way, of the newest attempt, after the segment given. */
export function readSegments(
  database: Queryable,
  conversation: ConversationRef,
  after: Omit<Segment, 'text'>,
): Promise<readonly Segment[]> {
  const { turn, step, attempt, n } = after;
  return database.query<Segment>(SEGMENTS, [conversation.tenant, conversation.id, turn, step, attempt, n]);
}
