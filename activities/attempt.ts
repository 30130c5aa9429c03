import type { ConversationRef } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';

/** One attempt of a call. */
export interface Attempt {
  readonly conversation: ConversationRef;
  /** Counted over all processes, from 1. */
  readonly number: number;
  /** Fires when the call is cancelled or the worker shuts down. */
  readonly signal: AbortSignal;
  /** Set when no attempt is left: do not call, only write down how it ended. */
  readonly exhausted: Failure | undefined;
}

/** `tenant/id`: what calls, idempotency keys and notifications name a conversation. Unambiguous: ids hold no slash. */
export function conversationName(conversation: ConversationRef): string {
  return `${conversation.tenant}/${conversation.id}`;
}

/** Another process is making this call and is alive. A quick attempt then hands over; the durable one waits for it. */
export class HeldElsewhere extends Error {
  override readonly name = 'HeldElsewhere';
}
