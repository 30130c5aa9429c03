/** Closing conversations for good. */
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

const CLOSE = {
  name: 'conversation_close',
  text: `
    WITH closed AS (
      UPDATE conversations SET status = 'closed', closed_at = now(), close_reason = $3
       WHERE tenant = $1 AND id = $2 AND status = 'open'
      RETURNING id
    ), audited AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, $4, 'conversation.closed', 'conversation:' || id, json_build_object('reason', $3::text) FROM closed
    )
    SELECT id, pg_notify('handback_' || current_schema(), $1 || '/' || $2 || ' closed 0') FROM closed`,
};

/**
 * From now on new messages are refused; what was accepted before is still answered.
 *
 * @param actor who closes it: `key:<id>` or `signal`
 * @returns whether it was open
 */
export async function closeConversation(
  database: Queryable,
  conversation: ConversationRef,
  reason: string,
  actor: string,
): Promise<boolean> {
  const closed = await database.query(CLOSE, [conversation.tenant, conversation.id, reason, actor]);
  return closed.length > 0;
}
