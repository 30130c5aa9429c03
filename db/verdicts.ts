/** What guardrails found about a text that is in the transcript already. */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Queryable } from './database.ts';

const WITHHOLD = {
  name: 'verdict_withhold',
  text: `
    UPDATE transcript SET verdicts = $6::json, shown = $7
     WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = $4 AND call = $5`,
};

/** From now on no prompt carries the text, but `shown` in its place. The text itself stays for people to look at. */
export async function withhold(
  database: Queryable,
  { tenant, id }: ConversationRef,
  { turn, step, call }: CallKey,
  verdicts: readonly Verdict[],
  shown: string,
): Promise<void> {
  await database.query(WITHHOLD, [tenant, id, turn, step, call, JSON.stringify(verdicts), shown]);
}
