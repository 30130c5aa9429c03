/** Messages whose nudge may have got lost: what the sweeper looks for. */
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

/*
 * Unanswered and due. The next look at the same message comes twice as late each time, up to five minutes: a turn may take
 * long and is not made faster by nudging it. SKIP LOCKED lets several sweepers share the work.
 */
const DUE = {
  name: 'sweep_due',
  text: `
    WITH due AS (
      SELECT tenant, conversation, message_id FROM inbound
       WHERE answered_at IS NULL AND next_nudge_at <= now()
       ORDER BY next_nudge_at LIMIT $1
       FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE inbound i
         SET nudges = i.nudges + 1,
             next_nudge_at = now() + least(300, 5 * 2 ^ least(i.nudges, 10)) * interval '1 second'
        FROM due
       WHERE i.tenant = due.tenant AND i.conversation = due.conversation AND i.message_id = due.message_id
      RETURNING i.tenant, i.conversation
    )
    SELECT DISTINCT tenant, conversation AS id FROM taken`,
};

/** Conversations to nudge now; each message counts as nudged with that, unless it is put back. */
export function takeDue(database: Queryable, limit: number): Promise<readonly ConversationRef[]> {
  return database.query<ConversationRef>(DUE, [limit]);
}

const PUT_BACK = {
  name: 'sweep_put_back',
  text: `
    UPDATE inbound i
       SET nudges = greatest(i.nudges - 1, 0), next_nudge_at = least(i.next_nudge_at, now() + interval '2 seconds')
      FROM unnest($1::text[], $2::text[]) AS c(tenant, id)
     WHERE i.tenant = c.tenant AND i.conversation = c.id AND i.answered_at IS NULL`,
};

/** Conversations that were due and could not be nudged: due again in two seconds, as if nobody had looked. */
export async function putBack(database: Queryable, conversations: readonly ConversationRef[]): Promise<void> {
  await database.query(PUT_BACK, [conversations.map(({ tenant }) => tenant), conversations.map(({ id }) => id)]);
}
