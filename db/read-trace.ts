/** The ledger, turn by turn: what was called, how long it took, how often, what it cost, how it ended. */
import type { ConversationRef, TurnOutcome } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { Queryable } from './database.ts';
import { type Entry, readAll, type StepEntry, type ToolEntry } from './read-transcript.ts';

interface TracedStep extends Omit<StepEntry, 'kind' | 'position' | 'turn'> {
  /** In the order they were asked for. */
  readonly tools: readonly Omit<ToolEntry, 'kind' | 'position' | 'turn' | 'step'>[];
}

/** A call without a result: under way, or waiting for its next attempt. */
interface PendingCall {
  readonly step: number;
  /** 0 is the model call, n the n-th tool call of the step. */
  readonly call: number;
  readonly attempts: number;
  readonly leaseUntil: Date;
  readonly lastFailure: Failure | null;
}

export interface TracedTurn {
  readonly turn: number;
  readonly message: { readonly text: string; readonly at: Date } | null;
  readonly steps: readonly TracedStep[];
  readonly pending: readonly PendingCall[];
  readonly costUsd: number;
  /** From the customer's message to the outcome, in milliseconds; `null` while the turn goes on. */
  readonly ms: number | null;
  /** `null` while the turn goes on. */
  readonly end: {
    readonly seq: number;
    readonly outcome: TurnOutcome;
    readonly reply: string;
    readonly confidence: number;
    readonly failure: Failure | null;
    readonly at: Date;
  } | null;
}

const PENDING = {
  name: 'trace_pending',
  text: `
    SELECT turn, step, call, attempts, lease_until AS "leaseUntil", last_failure AS "lastFailure"
      FROM calls c
     WHERE tenant = $1 AND conversation = $2 AND turn >= $3
       AND NOT EXISTS (SELECT FROM transcript r WHERE r.tenant = $1 AND r.conversation = $2
                          AND r.turn = c.turn AND r.step = c.step AND r.call = c.call)
     ORDER BY turn, step, call`,
};

const PAGE_ROWS = 1_000;

/** The last position a turn can have, as `read-transcript.ts` counts them. */
const endOf = (turn: number) => turn * 1_000_000 + 999_999;

/** @returns up to `limit` turns after turn `afterTurn`, and the bookmark of the next page (`null`: there is none) */
export async function readTrace(
  database: Queryable,
  conversation: ConversationRef,
  afterTurn: number,
  limit: number,
): Promise<{ readonly turns: readonly TracedTurn[]; readonly next: number | null }> {
  const byTurn = new Map<number, Entry[]>();
  let position = endOf(afterTurn);
  for (;;) {
    const page = await readAll(database, conversation, position, PAGE_ROWS);
    for (const { entry } of page) {
      const entries = byTurn.get(entry.turn) ?? [];
      entries.push(entry);
      byTurn.set(entry.turn, entries);
    }
    position = page.at(-1)?.entry.position ?? position;
    if (page.length < PAGE_ROWS || byTurn.size > limit) break;
  }
  const pending = await database.query<PendingCall & { turn: number }>(PENDING, [
    conversation.tenant,
    conversation.id,
    afterTurn + 1,
  ]);
  const turns = [...byTurn].slice(0, limit).map(([turn, entries]) =>
    traceOf(
      turn,
      entries,
      pending.filter((call) => call.turn === turn).map(({ turn: _turn, ...call }) => call),
    ),
  );
  return { turns, next: byTurn.size > limit ? (turns.at(-1)?.turn ?? null) : null };
}

function traceOf(turn: number, entries: readonly Entry[], pending: readonly PendingCall[]): TracedTurn {
  const message = entries.find((entry) => entry.kind === 'message');
  const end = entries.find((entry) => entry.kind === 'turn');
  const tools = entries.filter((entry) => entry.kind === 'tool');
  const steps = entries
    .filter((entry) => entry.kind === 'step')
    .map(({ kind: _kind, position: _position, turn: _turn, ...step }) => ({
      ...step,
      tools: tools
        .filter((tool) => tool.step === step.step)
        .map(({ kind: _k, position: _p, turn: _t, step: _s, ...tool }) => tool),
    }));
  return {
    turn,
    message: message === undefined ? null : { text: message.text, at: message.at },
    steps,
    pending,
    costUsd: steps.reduce((sum, step) => sum + (step.costUsd ?? 0), 0),
    ms: message === undefined || end === undefined ? null : end.at.getTime() - message.at.getTime(),
    end:
      end === undefined
        ? null
        : {
            seq: end.seq,
            outcome: end.outcome,
            reply: end.reply,
            confidence: end.confidence,
            failure: end.failure,
            at: end.at,
          },
  };
}
