/** Activities that are one quick statement and safe to repeat: no lease, only the hand-over of an attempt that is stuck. */
import { Context } from '@temporalio/activity';
import { PENDING, type Pending } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify, toApplicationFailure } from './failure.ts';
import { currentConversation, withHeartbeat } from './running.ts';
import { settledWithin } from './settled-within.ts';

/** Nothing in a conversation goes on without these, so the durable attempt is repeated until it works. */
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
        throw toApplicationFailure(classify(error), { nonRetryable: false });
      }
    });
  };
}
