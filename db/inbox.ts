/** The inbox: customer messages, each a row before anything else happens. */
import type { ConversationRef, Customer } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

export interface IncomingMessage {
  readonly messageId: string;
  readonly text: string;
  readonly agent?: string;
  readonly customer?: Customer;
}

/** What became of an incoming message. Everything but `accepted` wrote nothing. */
export type Acceptance =
  | { readonly kind: 'accepted'; readonly seq: number; readonly duplicate: boolean }
  /** The id was used before for another text. */
  | { readonly kind: 'message_id_reused'; readonly seq: number }
  | { readonly kind: 'conversation_closed' }
  /** The first message must name an agent and a customer. */
  | { readonly kind: 'agent_required' }
  | { readonly kind: 'customer_required' }
  | { readonly kind: 'unknown_agent'; readonly agent: string; readonly known: readonly string[] }
  /** The conversation is with another agent or another customer. */
  | { readonly kind: 'agent_mismatch'; readonly agent: string }
  | { readonly kind: 'customer_mismatch' };

/*
 * One statement: the conversation's row is made or locked and its counter raised, then the message takes that number.
 * The row lock puts concurrent messages of one conversation in a queue, so `seq` is the order of their commits.
 */
const ACCEPT = {
  name: 'inbox_accept',
  text: `
    WITH numbered AS (
      INSERT INTO conversations AS c (tenant, id, agent, customer, inbox_seq)
      SELECT $1, $2, coalesce($5, ''), coalesce($6::json, 'null'), 1
       WHERE ($5 IS NOT NULL AND $6 IS NOT NULL AND EXISTS (SELECT FROM agents WHERE id = $5))
          OR EXISTS (SELECT FROM conversations WHERE tenant = $1 AND id = $2)
      ON CONFLICT (tenant, id) DO UPDATE SET inbox_seq = c.inbox_seq + 1
       WHERE c.status = 'open'
         AND ($5 IS NULL OR c.agent = $5)
         AND ($6::json IS NULL OR c.customer ->> 'id' = $6::json ->> 'id')
         AND NOT EXISTS (SELECT FROM inbound WHERE tenant = $1 AND conversation = $2 AND message_id = $3)
      RETURNING inbox_seq
    )
    INSERT INTO inbound (tenant, conversation, message_id, seq, text, via)
    SELECT $1, $2, $3, inbox_seq, $4, $7 FROM numbered
    ON CONFLICT (tenant, conversation, message_id) DO NOTHING
    RETURNING seq`,
};

/** Only when nothing was written: why. */
const EXPLAIN = {
  name: 'inbox_explain',
  text: `
    SELECT c.status, c.agent, c.customer ->> 'id' AS customer_id, i.seq, i.text,
           (SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM agents) AS known
      FROM (SELECT 1) AS one
      LEFT JOIN conversations c ON c.tenant = $1 AND c.id = $2
      LEFT JOIN inbound i ON i.tenant = $1 AND i.conversation = $2 AND i.message_id = $3`,
};

interface Explanation {
  readonly status: 'open' | 'closed' | null;
  readonly agent: string | null;
  readonly customer_id: string | null;
  readonly seq: number | null;
  readonly text: string | null;
  readonly known: readonly string[];
}

/** Writes the message once. Committed when this returns `accepted`: from then on it will be answered. */
export async function acceptMessage(
  database: Queryable,
  conversation: ConversationRef,
  message: IncomingMessage,
  via: 'api' | 'signal',
): Promise<Acceptance> {
  const customer = message.customer === undefined ? null : JSON.stringify(message.customer);
  for (;;) {
    const [row] = await database.query<{ seq: number }>(ACCEPT, [
      conversation.tenant,
      conversation.id,
      message.messageId,
      message.text,
      message.agent ?? null,
      customer,
      via,
    ]);
    if (row !== undefined) return { kind: 'accepted', seq: row.seq, duplicate: false };
    const refusal = await explain(database, conversation, message);
    // Nothing speaks against it any more: another first message of this conversation committed in between.
    if (refusal !== undefined) return refusal;
  }
}

async function explain(
  database: Queryable,
  conversation: ConversationRef,
  message: IncomingMessage,
): Promise<Acceptance | undefined> {
  const [found] = await database.query<Explanation>(EXPLAIN, [conversation.tenant, conversation.id, message.messageId]);
  if (found === undefined) return undefined;
  if (found.seq !== null) {
    return found.text === message.text
      ? { kind: 'accepted', seq: found.seq, duplicate: true }
      : { kind: 'message_id_reused', seq: found.seq };
  }
  if (found.status === 'closed') return { kind: 'conversation_closed' };
  if (found.status === 'open' && found.agent !== null) {
    if (message.agent !== undefined && message.agent !== found.agent)
      return { kind: 'agent_mismatch', agent: found.agent };
    if (message.customer !== undefined && message.customer.id !== found.customer_id)
      return { kind: 'customer_mismatch' };
    return undefined;
  }
  if (message.agent === undefined) return { kind: 'agent_required' };
  if (!found.known.includes(message.agent)) return { kind: 'unknown_agent', agent: message.agent, known: found.known };
  return message.customer === undefined ? { kind: 'customer_required' } : undefined;
}
