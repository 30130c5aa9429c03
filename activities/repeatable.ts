/** Activities that are one quick statement and safe to repeat: no lease, only the hand-over of an attempt that is stuck. */
import { Context } from '@temporalio/activity';
import { PENDING, type Pending } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify, toApplicationFailure } from './failure.ts';
import { currentConversation, withHeartbeat } from './running.ts';
import { settledWithin } from './settled-within.ts';

/** More attempts do not mend a bug of ours; the conversation goes on with what arrived next. */
const MOST_ATTEMPTS_AT_A_BUG = 5;

/**
 * Nothing in a conversation goes on without these, so the durable attempt is repeated until it works: while the database
 * is away or nobody has the agent. Only a bug of ours ends it.
 */
export function repeatable<A extends readonly unknown[], R>(
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
        const failure = classify(error);
        const { activityType, attempt } = Context.current().info;
        const hopeless = failure.kind === 'internal' && attempt >= MOST_ATTEMPTS_AT_A_BUG;
        if (hopeless) deps.log.error({ ...conversation, activityType, why: failure.message }, 'given up: a bug');
        throw toApplicationFailure(failure, { nonRetryable: hopeless });
      }
    });
  };
}
