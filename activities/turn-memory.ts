/**
 * What this process remembers of the turn a conversation is in, so that a step need not read what the step before just
 * wrote. It may only be trusted for a short while: a process that stalled longer has lost its workflow task, and another
 * one may have gone on with the turn.
 */
import type { CallKey } from '../core/activities.ts';
import { type Account, charge, type Spending } from '../core/budget.ts';
import type { Customer } from '../core/conversation.ts';
import type { HandBack } from '../core/hand-back.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { PromptRow } from '../core/window.ts';

export interface RememberedTurn {
  readonly turn: number;
  readonly customer: Customer;
  readonly rows: PromptRow[];
  /** What was spent, where the agent has budgets. */
  readonly account: Account | undefined;
  /** What people gave the conversation back with. */
  readonly handBacks?: readonly HandBack[] | undefined;
}

export interface RememberedCall {
  readonly request: RequestedToolCall;
  readonly customer: Customer;
}

export interface TurnMemory {
  remember(conversation: string, turn: Omit<RememberedTurn, 'rows'> & { readonly rows: readonly PromptRow[] }): void;
  /** Adds a row and what it took where the turn is still remembered. */
  add(conversation: string, row: PromptRow, spending: Spending): void;
  /** The turn with every row up to the end of step `step - 1`, if it is fresh and nothing is missing. */
  recall(conversation: string, turn: number, step: number): RememberedTurn | undefined;
  /** The call as the model asked for it and whom it is for, if that is fresh and it has no result yet. */
  recallCall(conversation: string, key: CallKey): RememberedCall | undefined;
  forget(conversation: string): void;
  /** Conversations remembered, stale ones included until the next is remembered. */
  readonly size: number;
}

interface Entry extends RememberedTurn {
  account: Account | undefined;
  readonly until: number;
}

export function createTurnMemory(freshForMs: number, now: () => number = () => performance.now()): TurnMemory {
  const turns = new Map<string, Entry>();

  function fresh(conversation: string, turn: number): Entry | undefined {
    const entry = turns.get(conversation);
    if (entry === undefined) return undefined;
    if (entry.until > now()) return entry.turn === turn ? entry : undefined;
    turns.delete(conversation);
    return undefined;
  }

  function requestOf(entry: Entry, step: number): readonly RequestedToolCall[] | undefined {
    const row = entry.rows.find((one) => one.turn === entry.turn && one.step === step && one.call === 0);
    return row?.role === 'agent' ? row.toolCalls : undefined;
  }

  /** Entries live equally long and stand in the order in which they were made. */
  function dropStale(): void {
    for (const [conversation, { until }] of turns) {
      if (until > now()) return;
      turns.delete(conversation);
    }
  }

  return {
    remember(conversation, turn) {
      dropStale();
      turns.delete(conversation); // the new entry goes to the end
      turns.set(conversation, { ...turn, rows: [...turn.rows], until: now() + freshForMs });
    },
    add(conversation, row, spending) {
      const entry = fresh(conversation, row.turn);
      if (entry === undefined) return;
      entry.rows.push(row);
      if (entry.account !== undefined) entry.account = charge(entry.account, spending);
    },
    recall(conversation, turn, step) {
      const entry = fresh(conversation, turn);
      if (entry === undefined) return undefined;
      const asked = requestOf(entry, step - 1);
      if (asked === undefined) return undefined;
      const results = entry.rows.filter((row) => row.turn === turn && row.step === step - 1 && row.role === 'tool');
      return results.length === asked.length ? entry : undefined;
    },
    recallCall(conversation, { turn, step, call }) {
      const entry = fresh(conversation, turn);
      if (entry === undefined) return undefined;
      // A call that has its result is not to be made again, and how it ended is in the row.
      if (entry.rows.some((row) => row.turn === turn && row.step === step && row.call === call)) return undefined;
      const request = requestOf(entry, step)?.[call - 1];
      return request === undefined ? undefined : { request, customer: entry.customer };
    },
    forget(conversation) {
      turns.delete(conversation);
    },
    get size() {
      return turns.size;
    },
  };
}
