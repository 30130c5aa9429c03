/** What a conversation has called and said so far, for rules that look at it. */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import type { Queryable } from './database.ts';

export interface Said {
  /**
   * Calls that ended, oldest first, under the name of the tool that ran. One that stood in for another made its own arguments,
   * which are not kept: it is told with none, and a rule that asks for them cannot be decided.
   */
  readonly past: readonly {
    readonly turn: number;
    readonly request: RequestedToolCall;
    readonly text: string;
    readonly outcome: ToolOutcome;
  }[];
  /** Calls of the same step with a lower index that have not ended. */
  readonly pending: readonly { readonly call: number; readonly request: RequestedToolCall }[];
  /** Everything the customer typed. */
  readonly customerTexts: readonly string[];
}

const SAID = {
  name: 'past_calls',
  text: `
    WITH ended AS (
      SELECT d.position, d.turn, d.outcome, d.text, a.tool_calls -> (d.call - 1) AS request, d.tool
        FROM transcript d
        JOIN transcript a ON a.tenant = $1 AND a.conversation = $2 AND a.turn = d.turn AND a.step = d.step AND a.call = 0
       WHERE d.tenant = $1 AND d.conversation = $2 AND d.role = 'tool'
         -- Only what came before: a step that is taken again after a crash must not see what followed it the first time.
         AND (d.turn, d.step, d.call) < ($3::integer, $4::integer, $5::integer)
    ), asked AS (
      SELECT n, request FROM transcript a, json_array_elements(a.tool_calls) WITH ORDINALITY AS r(request, n)
       WHERE a.tenant = $1 AND a.conversation = $2 AND a.turn = $3 AND a.step = $4 AND a.call = 0 AND n < $5
         AND NOT EXISTS (SELECT FROM transcript d
                          WHERE d.tenant = $1 AND d.conversation = $2 AND d.turn = $3 AND d.step = $4 AND d.call = n)
    )
    SELECT coalesce((SELECT json_agg(json_build_object(
                      'turn', turn, 'text', text, 'outcome', outcome, 'request',
                      CASE WHEN tool IS NULL OR tool = request ->> 'name' THEN request
                           ELSE json_build_object('id', request ->> 'id', 'name', tool, 'arguments', '{}') END)
                                     ORDER BY position) FROM ended), '[]') AS past,
           coalesce((SELECT json_agg(json_build_object('call', n, 'request', request) ORDER BY n) FROM asked), '[]') AS pending,
           coalesce((SELECT json_agg(text ORDER BY position) FROM transcript
                      WHERE tenant = $1 AND conversation = $2 AND role = 'customer' AND turn <= $3), '[]') AS "customerTexts"`,
};

/** As it is before this call is made. Reads the whole conversation, so it is asked for only where a rule may need it. */
export async function readSaid(
  database: Queryable,
  conversation: ConversationRef,
  { turn, step, call }: CallKey,
): Promise<Said> {
  const [said] = await database.query<Said>(SAID, [conversation.tenant, conversation.id, turn, step, call]);
  return said ?? { past: [], pending: [], customerTexts: [] };
}
