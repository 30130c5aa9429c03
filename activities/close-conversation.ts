/** Closes a conversation in Postgres, which is where new messages are refused. */
import type { ConversationRef } from '../core/conversation.ts';
import { closeConversation as close } from '../db/closing.ts';
import { storable } from '../db/database.ts';
import type { ActivityDependencies } from './dependencies.ts';

export function closeConversation(deps: ActivityDependencies) {
  return async (conversation: ConversationRef, reason: string): Promise<{ readonly closed: boolean }> => ({
    closed: await close(deps.database, conversation, storable(reason), 'signal'),
  });
}
