/** Where an activity is running: which conversation, which attempt. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type ConversationRef, conversationOf } from '../core/conversation.ts';

/** The conversation of the workflow this activity runs for; its id need not be an argument and cannot be a wrong one. */
export function currentConversation(): ConversationRef {
  const { workflowId } = Context.current().info.workflowExecution ?? { workflowId: '' };
  const conversation = conversationOf(workflowId);
  if (conversation === undefined) {
    throw ApplicationFailure.nonRetryable(`"${workflowId}" is no conversation's id`, 'internal');
  }
  return conversation;
}

const HEARTBEAT_EVERY_MS = 500;

/** Runs `work` with a sign of life every half second, so that a dead process is noticed within three. */
export async function withHeartbeat<R>(work: () => Promise<R>): Promise<R> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
