/** Every timeout and retry policy of a conversation's activities, with its reason. */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import { type ConversationActivities, PENDING, type Pending } from '../core/activities.ts';

/*
 * The quick attempt: a local activity, inside the workflow task that asked for it. It hands over (`pending`) after
 * `slowAfter` (1 s) by itself; the 10 s only catch an event loop that is stuck. One attempt: whatever goes wrong is
 * retried by the durable one, where retries cost no history and can be seen.
 */
const quick = proxyLocalActivities<ConversationActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});

/*
 * The durable attempt: a regular activity that attaches to the call the quick one began, or makes it.
 *
 * - startToClose 15 min: calls have their own, shorter timeouts in the manifest; this one only ends what ignores them.
 * - heartbeat 3 s: how long a dead worker stays unnoticed. The activities beat every 500 ms.
 * - attempts unlimited: the activity gives up by itself, by kind of failure (`core/failure.ts`) and by counted attempts
 *   (`calls` in Postgres). What is retried without end is our own database being away, and then there is nothing to say.
 * - interval 0.5 s doubling to 20 s: a database that is back is noticed within 20 s; a model's or a tool's back-off
 *   comes as the failure's own `nextRetryDelay`.
 * - cancellation waits until the call is really over, so that a cancelled turn is not followed by its own late reply.
 */
const durable = proxyActivities<ConversationActivities>({
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '3 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '20 seconds' },
});

/** Tries it quickly, then durably. @throws ActivityFailure when the durable one gave up */
async function settle<R>(quickly: () => Promise<R | Pending>, durably: () => Promise<R | Pending>): Promise<R> {
  try {
    const result = await quickly();
    if (result !== PENDING) return result;
  } catch (error) {
    if (isCancellation(error) || isFinal(error)) throw error;
  }
  const result = await durably();
  if (result === PENDING) throw ApplicationFailure.nonRetryable('a regular activity handed over', 'internal');
  return result;
}

/** The quick attempt itself says that no other will do better. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true
  );
}

export const loadAgent = () => settle(quick.loadAgent, durable.loadAgent);

type Activity = 'receiveMessage' | 'receiveFromOperator' | 'callModel' | 'callTool' | 'closeTurn' | 'closeConversation';
type Input<A extends Activity> = Parameters<ConversationActivities[A]>[0];

export const receiveMessage = (message: Input<'receiveMessage'>) =>
  settle(
    () => quick.receiveMessage(message),
    () => durable.receiveMessage(message),
  );

export const receiveFromOperator = (sent: Input<'receiveFromOperator'>) =>
  settle(
    () => quick.receiveFromOperator(sent),
    () => durable.receiveFromOperator(sent),
  );

export const callModel = (input: Input<'callModel'>) =>
  settle(
    () => quick.callModel(input),
    () => durable.callModel(input),
  );

export const callTool = (input: Input<'callTool'>) =>
  settle(
    () => quick.callTool(input),
    () => durable.callTool(input),
  );

export const closeTurn = (input: Input<'closeTurn'>) =>
  settle(
    () => quick.closeTurn(input),
    () => durable.closeTurn(input),
  );

export const closeConversation = (reason: Input<'closeConversation'>) =>
  settle(
    () => quick.closeConversation(reason),
    () => durable.closeConversation(reason),
  );
