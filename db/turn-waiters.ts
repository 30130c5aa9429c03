/** Those who wait for the end of a turn, and the one query that looks for all of them at once. */
import type { ConversationRef, TurnOutcome } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { Queryable } from './database.ts';

export interface FinishedTurn {
  readonly turn: number;
  /** The number of the message it answered. */
  readonly seq: number;
  readonly outcome: TurnOutcome;
  readonly reply: string;
  readonly confidence: number;
  readonly failure: Failure | null;
  /** Where it ended as `escalated`. */
  readonly escalationId: string | null;
}

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Ends the wait early, as if the time had run out. */
  readonly signal?: AbortSignal;
}

interface Waiter {
  readonly conversation: ConversationRef;
  readonly seq: number;
  settle(turn: FinishedTurn | undefined): void;
}

const FIND = {
  name: 'events_turns',
  text: `
    SELECT w.n, t.turn, t.seq, t.outcome, t.reply, t.confidence, t.failure, t.escalation AS "escalationId"
      FROM unnest($1::text[], $2::text[], $3::integer[]) WITH ORDINALITY AS w(tenant, id, seq, n)
      JOIN turns t ON t.tenant = w.tenant AND t.conversation = w.id AND t.seq = w.seq`,
};

const FIND_ONE = {
  name: 'events_turn',
  text: `
    SELECT turn, seq, outcome, reply, confidence, failure, escalation AS "escalationId"
      FROM turns WHERE tenant = $1 AND conversation = $2 AND seq = $3`,
};

/** The turn that answered message `seq`, where it is over. */
export async function findTurn(
  database: Queryable,
  conversation: ConversationRef,
  seq: number,
): Promise<FinishedTurn | undefined> {
  const [found] = await database.query<FinishedTurn>(FIND_ONE, [conversation.tenant, conversation.id, seq]);
  return found;
}

export interface TurnWaiters {
  wait(
    conversation: ConversationRef,
    key: string,
    seq: number,
    options: WaitOptions,
  ): Promise<FinishedTurn | undefined>;
  /** A turn of this conversation is over. */
  tell(key: string, turn: FinishedTurn): void;
  /** Looks for the turns awaited in one conversation. */
  look(key: string): void;
  lookAtAll(): void;
  endAll(): void;
}

export function createTurnWaiters(database: Queryable, onError: (error: unknown) => void): TurnWaiters {
  const waiting = new Map<string, Set<Waiter>>();
  let due = new Set<Waiter>();
  let looking = false;

  // While a query is under way, what becomes due gathers for the next: under load they grow instead of queueing up.
  async function lookAtDue(): Promise<void> {
    if (looking) return;
    looking = true;
    try {
      while (due.size > 0) {
        const waiters = [...due];
        due = new Set();
        const found = await database.query<FinishedTurn & { n: number }>(FIND, [
          waiters.map(({ conversation }) => conversation.tenant),
          waiters.map(({ conversation }) => conversation.id),
          waiters.map(({ seq }) => seq),
        ]);
        for (const { n, ...turn } of found) waiters[n - 1]?.settle(turn);
      }
    } catch (error) {
      onError(error);
    } finally {
      looking = false;
    }
  }

  function look(key: string): void {
    const waiters = waiting.get(key);
    if (waiters === undefined) return;
    for (const waiter of waiters) due.add(waiter);
    void lookAtDue();
  }

  return {
    look,
    tell(key, turn) {
      for (const waiter of waiting.get(key) ?? []) if (waiter.seq === turn.seq) waiter.settle(turn);
    },
    lookAtAll() {
      for (const waiters of waiting.values()) for (const waiter of waiters) due.add(waiter);
      void lookAtDue();
    },
    endAll() {
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.settle(undefined);
    },
    wait(conversation, key, seq, { timeoutMs, signal }) {
      return new Promise((resolve) => {
        const waiter: Waiter = {
          conversation,
          seq,
          settle(turn) {
            clearTimeout(timer);
            signal?.removeEventListener('abort', end);
            due.delete(waiter);
            const waiters = waiting.get(key);
            waiters?.delete(waiter);
            if (waiters?.size === 0) waiting.delete(key);
            resolve(turn);
          },
        };
        const end = () => waiter.settle(undefined);
        const timer = setTimeout(end, timeoutMs);
        if (signal?.aborted === true) return end();
        signal?.addEventListener('abort', end);
        const waiters = waiting.get(key) ?? new Set();
        waiting.set(key, waiters.add(waiter));
      });
    },
  };
}
