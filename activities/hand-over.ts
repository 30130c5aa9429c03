/**
 * The slow-call hand-over. A quick (local) attempt starts a call and waits `slowAfterMs` for it; then it says `pending`
 * and the call goes on in this process. The durable (regular) attempt attaches to it, or, in another process, waits until
 * the call's lease lapses and makes it again.
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type CallKey, PENDING, type Pending } from '../core/activities.ts';
import { backoffMs } from '../core/backoff.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { type Failure, isSpent } from '../core/failure.ts';
import { holdLease, type Lease, recordFailure, takeLease } from '../db/calls.ts';
import { type Attempt, conversationName, HeldElsewhere } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify, toApplicationFailure } from './failure.ts';
import { holdWhile } from './lease.ts';
import { currentConversation, withHeartbeat } from './running.ts';
import { settledWithin } from './settled-within.ts';

interface InFlight<R> {
  readonly attempt: number;
  readonly result: Promise<R>;
  readonly abort: AbortController;
  /** From now on other processes are told that the call is being made here. */
  reserve(): Promise<void>;
}

/** A call whose process died this often is not made again: it is likely what kills the process. */
const MOST_ATTEMPTS = 8;
const LOOK_AGAIN_MS = 200;
/** Below this a wait is not worth the round trips that hand it to Temporal. */
const SHORT_WAIT_MS = 1_000;
/** How long a finished call that nobody has fetched yet is remembered; after that its journal row has to do. */
const KEEP_FINISHED_MS = 60_000;

export function handOver(deps: ActivityDependencies) {
  const { database, holder, leaseMs, log } = deps;
  const inFlight = new Map<string, InFlight<unknown>>();

  return function <I extends CallKey, R>(work: (input: I, attempt: Attempt) => Promise<R>) {
    return (input: I): Promise<R | Pending> => {
      const conversation = currentConversation();
      return Context.current().info.isLocal ? quick(conversation, input) : durable(conversation, input);
    };

    async function quick(conversation: ConversationRef, input: I): Promise<R | Pending> {
      const name = nameOf(conversation, input);
      const call = find(name) ?? start(conversation, input, 1, undefined);
      const waited = await settledWithin(call.result, deps.slowAfterMs);
      switch (waited.kind) {
        case 'done':
          inFlight.delete(name);
          return waited.value;
        case 'failed':
          inFlight.delete(name);
          if (waited.error instanceof HeldElsewhere) return PENDING;
          return afterQuickFailure(conversation, input, call.attempt, classify(waited.error));
        case 'slow':
          await call.reserve().catch((error: unknown) => {
            log.warn({ ...input, kind: classify(error).kind }, 'a slow call could not be reserved');
          });
          forgetLater(name, call);
          return PENDING;
      }
    }

    /** The durable attempt reads from the row whether and when to try again; where it would not, nobody need look. */
    async function afterQuickFailure(
      conversation: ConversationRef,
      input: I,
      attempt: number,
      failure: Failure,
    ): Promise<Pending> {
      await keepFailure(conversation, input, attempt, failure);
      if (isSpent(failure, attempt)) throw toApplicationFailure(failure, { nonRetryable: true });
      return PENDING;
    }

    async function durable(conversation: ConversationRef, input: I): Promise<R> {
      return withHeartbeat(async () => {
        const name = nameOf(conversation, input);
        const call = find(name) ?? (await takeOver(conversation, input));
        try {
          const result = await untilEnded(call);
          inFlight.delete(name);
          return result;
        } catch (error) {
          // The call itself goes on, and the attempt that replaces this one attaches to it.
          if (error instanceof AttemptReplaced) throw ApplicationFailure.retryable(error.message, 'internal');
          inFlight.delete(name);
          throw await settleFailure(conversation, input, call.attempt, error);
        }
      });
    }

    /** Waits while another process makes the call; its journal row ends the wait, because then the work finds it. */
    async function takeOver(conversation: ConversationRef, input: I): Promise<InFlight<R>> {
      for (;;) {
        const lease = await takeLease(database, conversation, input, holder, leaseMs).catch((error: unknown) => {
          throw toApplicationFailure(classify(error), { nonRetryable: false });
        });
        if (lease === undefined) {
          await Context.current().sleep(LOOK_AGAIN_MS);
          continue;
        }
        const exhausted = exhaustedBy(lease);
        if (lease.waitMs > 0 && exhausted === undefined && lease.lastFailure !== undefined) {
          if (lease.waitMs > SHORT_WAIT_MS) {
            const later = { ...lease.lastFailure, retryAfterMs: lease.waitMs };
            throw toApplicationFailure(later, { nonRetryable: false });
          }
          await Context.current().sleep(lease.waitMs);
          continue;
        }
        const call = start(conversation, input, lease.attempts, exhausted);
        await call.reserve().catch(() => undefined);
        return call;
      }
    }

    function start(
      conversation: ConversationRef,
      input: I,
      attempt: number,
      exhausted: Failure | undefined,
    ): InFlight<R> {
      const name = nameOf(conversation, input);
      const abort = new AbortController();
      const result = work(input, { conversation, number: attempt, signal: abort.signal, exhausted });
      const lease = holdWhile(result, (ms) => holdLease(database, conversation, input, holder, ms, attempt), leaseMs);
      const call: InFlight<R> = { attempt, result, abort, reserve: lease };
      inFlight.set(name, call);
      return call;
    }

    /** Nobody may ever fetch the result: the durable attempt can go to another process. */
    function forgetLater(name: string, call: InFlight<R>): void {
      const forget = () =>
        setTimeout(() => inFlight.get(name) === call && inFlight.delete(name), KEEP_FINISHED_MS).unref();
      call.result.then(forget, forget);
    }

    /** The map holds calls of every activity; a name contains the call's key, and a key belongs to one activity. */
    function find(name: string): InFlight<R> | undefined {
      return inFlight.get(name) as InFlight<R> | undefined;
    }
  };

  async function keepFailure(
    conversation: ConversationRef,
    key: CallKey,
    attempt: number,
    failure: Failure,
  ): Promise<void> {
    await recordFailure(database, conversation, key, holder, attempt, failure, backoffMs(failure, attempt));
  }

  /** What to tell Temporal: come back later, or never. */
  async function settleFailure(
    conversation: ConversationRef,
    key: CallKey,
    attempt: number,
    error: unknown,
  ): Promise<unknown> {
    const { cancellationDetails } = Context.current();
    if (cancellationDetails?.cancelRequested === true) return Context.current().cancelled.catch((reason) => reason);
    if (Context.current().cancellationSignal.aborted) {
      await holdLease(database, conversation, key, holder, 0, attempt).catch(() => undefined);
      return ApplicationFailure.retryable('the worker is shutting down', 'cancelled');
    }
    if (error instanceof HeldElsewhere)
      return ApplicationFailure.retryable('another process took the call over', 'internal');
    const failure = classify(error);
    if (failure.kind === 'database') return toApplicationFailure(failure, { nonRetryable: false });
    await keepFailure(conversation, key, attempt, failure).catch(() => undefined);
    if (isSpent(failure, attempt)) return toApplicationFailure(failure, { nonRetryable: true });
    return toApplicationFailure({ ...failure, retryAfterMs: backoffMs(failure, attempt) }, { nonRetryable: false });
  }
}

function exhaustedBy(lease: Lease): Failure | undefined {
  const made = lease.waitMs > 0 ? lease.attempts : lease.attempts - 1;
  const last = lease.lastFailure;
  if (last !== undefined && isSpent(last, made)) return last;
  if (made >= MOST_ATTEMPTS) return { kind: 'internal', message: `the call ended its process ${made} times` };
  return undefined;
}

function nameOf(conversation: ConversationRef, key: CallKey): string {
  return `${conversationName(conversation)}/${key.turn}/${key.step}/${key.call}/${key.rung ?? 0}`;
}

/** Temporal has given this attempt up (it missed heartbeats in a stall, say) and will start or has started another. */
class AttemptReplaced extends Error {
  override readonly name = 'AttemptReplaced';
}

/** Passes a cancellation on to the call and then waits until it is really over. */
async function untilEnded<R>(call: InFlight<R>): Promise<R> {
  const context = Context.current();
  const { cancellationSignal } = context;
  let replaced: (error: AttemptReplaced) => void = () => undefined;
  const replacement = new Promise<never>((_, reject) => {
    replaced = reject;
  });
  const aborted = () => {
    const details = context.cancellationDetails;
    const wanted = details?.cancelRequested === true || details?.workerShutdown === true;
    if (wanted) call.abort.abort(cancellationSignal.reason);
    else replaced(new AttemptReplaced('Temporal has given this attempt up'));
  };
  if (cancellationSignal.aborted) aborted();
  cancellationSignal.addEventListener('abort', aborted);
  try {
    return await Promise.race([call.result, replacement]);
  } finally {
    cancellationSignal.removeEventListener('abort', aborted);
  }
}
