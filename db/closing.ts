/** Closing conversations for good. */
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

const CLOSE = {
  name: 'conversation_close',
  text: `
    UPDATE conversations SET status = 'closed', closed_at = now(), close_reason = $3
     WHERE tenant = $1 AND id = $2 AND status = 'open'
    RETURNING id`,
};

/** From now on new messages are refused; what was accepted before is still answered. @returns whether it was open */
export async function closeConversation(
  database: Queryable,
  conversation: ConversationRef,
  reason: string,
): Promise<boolean> {
  const closed = await database.query(CLOSE, [conversation.tenant, conversation.id, reason]);
  return closed.length > 0;
}
