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
import { type Failure, mayRetry } from '../core/failure.ts';
import { holdLease, type Lease, recordFailure, takeLease } from '../db/calls.ts';
import { type Attempt, conversationName, HeldElsewhere } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify, toApplicationFailure } from './failure.ts';
import { currentConversation, withHeartbeat } from './running.ts';

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
          // The durable attempt reads from the row whether and when to try again.
          await keepFailure(conversation, input, call.attempt, classify(waited.error));
          return PENDING;
        case 'slow':
          await call.reserve().catch((error: unknown) => {
            log.warn({ ...input, kind: classify(error).kind }, 'a slow call could not be reserved');
          });
          forgetLater(name, call);
          return PENDING;
      }
    }

    async function durable(conversation: ConversationRef, input: I): Promise<R> {
      return withHeartbeat(async () => {
        const name = nameOf(conversation, input);
        const call = find(name) ?? (await takeOver(conversation, input));
        try {
          return await untilCancelled(call);
        } catch (error) {
          throw await settleFailure(conversation, input, call.attempt, error);
        } finally {
          inFlight.delete(name);
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
    if (!mayRetry(failure.kind, attempt)) return toApplicationFailure(failure, { nonRetryable: true });
    return toApplicationFailure({ ...failure, retryAfterMs: backoffMs(failure, attempt) }, { nonRetryable: false });
  }
}

/** A function that takes the lease, keeps it until `work` has ended and then gives it up. */
function holdWhile(work: Promise<unknown>, hold: (ms: number) => Promise<void>, leaseMs: number): () => Promise<void> {
  let over = false;
  let renewal: NodeJS.Timeout | undefined;
  // Where the database is away the lease may lapse or stay; then the journal row decides.
  const quietly = (ms: number) => hold(ms).catch(() => undefined);
  const ended = () => {
    over = true;
    if (renewal === undefined) return;
    clearInterval(renewal);
    void quietly(0);
  };
  work.then(ended, ended);
  return async () => {
    if (over || renewal !== undefined) return;
    renewal = setInterval(() => void quietly(leaseMs), leaseMs / 3);
    await hold(leaseMs);
  };
}

function exhaustedBy(lease: Lease): Failure | undefined {
  const made = lease.waitMs > 0 ? lease.attempts : lease.attempts - 1;
  if (lease.lastFailure !== undefined && !mayRetry(lease.lastFailure.kind, made)) return lease.lastFailure;
  if (made >= MOST_ATTEMPTS) return { kind: 'internal', message: `the call ended its process ${made} times` };
  return undefined;
}

function nameOf(conversation: ConversationRef, key: CallKey): string {
  return `${conversationName(conversation)}/${key.turn}/${key.step}/${key.call}`;
}

type Settled<R> =
  | { readonly kind: 'done'; readonly value: R }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'slow' };

async function settledWithin<R>(result: Promise<R>, ms: number): Promise<Settled<R>> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<Settled<R>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'slow' }), ms);
  });
  const settled = result.then(
    (value): Settled<R> => ({ kind: 'done', value }),
    (error: unknown): Settled<R> => ({ kind: 'failed', error }),
  );
  try {
    return await Promise.race([settled, slow]);
  } finally {
    clearTimeout(timer);
  }
}

/** Passes a cancellation on to the call and then waits until it is really over. */
async function untilCancelled<R>(call: InFlight<R>): Promise<R> {
  const { cancellationSignal } = Context.current();
  const cancel = () => call.abort.abort(cancellationSignal.reason);
  if (cancellationSignal.aborted) cancel();
  cancellationSignal.addEventListener('abort', cancel);
  try {
    return await call.result;
  } finally {
    cancellationSignal.removeEventListener('abort', cancel);
  }
}

/** For activities that are one quick statement and safe to repeat: no lease, only the hand-over of a stuck attempt. */
export function handOverIdempotent<A extends readonly unknown[], R>(
  deps: ActivityDependencies,
  work: (conversation: ConversationRef, ...input: A) => Promise<R>,
) {
  return async (...input: A): Promise<R | Pending> => {
    const conversation = currentConversation();
    if (Context.current().info.isLocal) {
      const settled = await settledWithin(work(conversation, ...input), deps.slowAfterMs);
      return settled.kind === 'done' ? settled.value : PENDING;
    }
    return withHeartbeat(async () => {
      try {
        return await work(conversation, ...input);
      } catch (error) {
        // Nothing can go on without these, so they are tried until they work.
        throw toApplicationFailure(classify(error), { nonRetryable: false });
      }
    });
  };
}
