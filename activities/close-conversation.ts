/** Closes a conversation in Postgres, which is where new messages are refused. */
import type { ConversationRef } from '../core/conversation.ts';
import { writeAudit } from '../db/audit.ts';
import { closeConversation as close } from '../db/closing.ts';
import type { ActivityDependencies } from './dependencies.ts';

export function closeConversation(deps: ActivityDependencies) {
  return async (conversation: ConversationRef, reason: string): Promise<{ readonly closed: boolean }> => {
    const closed = await close(deps.database, conversation, reason);
    if (closed) {
      await writeAudit(deps.database, {
        tenant: conversation.tenant,
        actor: 'conversation',
        action: 'conversation.closed',
        subject: `conversation:${conversation.id}`,
        detail: { reason },
      });
    }
    return { closed };
  };
}
