/** Conversations as the API and the CLI show them. Reads only. */
import type { ConversationRef, ConversationStatus, Customer } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

export interface ConversationSummary {
  readonly id: string;
  readonly agent: string;
  /** The agent revision the current run works with; `null` until its first turn began. */
  readonly revision: string | null;
  readonly status: ConversationStatus;
  readonly customer: Customer;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  readonly closeReason: string | null;
  /** Finished turns. */
  readonly turns: number;
  /** Messages that were accepted and not answered yet. */
  readonly waiting: number;
}

export interface ConversationDetail extends ConversationSummary {
  /** What its model calls cost so far, in US dollars. */
  readonly costUsd: number;
}

const COLUMNS = `
  c.id, c.agent, c.revision, c.status, c.customer, c.created_at AS "createdAt", c.closed_at AS "closedAt",
  c.close_reason AS "closeReason",
  (SELECT count(*) FROM turns t WHERE t.tenant = c.tenant AND t.conversation = c.id) AS turns,
  (SELECT count(*) FROM inbound i
    WHERE i.tenant = c.tenant AND i.conversation = c.id AND i.answered_at IS NULL) AS waiting`;

const FIND = {
  name: 'conversations_find',
  text: `
    SELECT ${COLUMNS},
           (SELECT coalesce(sum(r.cost_usd), 0) FROM transcript r
             WHERE r.tenant = c.tenant AND r.conversation = c.id) AS "costUsd"
      FROM conversations c WHERE c.tenant = $1 AND c.id = $2`,
};

export async function findConversation(
  database: Queryable,
  conversation: ConversationRef,
): Promise<ConversationDetail | undefined> {
  const [found] = await database.query<ConversationDetail>(FIND, [conversation.tenant, conversation.id]);
  return found;
}

const OVER = {
  name: 'conversations_over',
  text: `
    SELECT c.status = 'closed' AND NOT EXISTS (
             SELECT FROM inbound i WHERE i.tenant = $1 AND i.conversation = $2 AND i.answered_at IS NULL) AS over
      FROM conversations c WHERE c.tenant = $1 AND c.id = $2`,
};

/**
 * Whether a conversation has all it will ever have: it is closed, and every message accepted before that is answered.
 * `undefined` where there is no such conversation.
 */
export async function isOver(database: Queryable, conversation: ConversationRef): Promise<boolean | undefined> {
  const [found] = await database.query<{ over: boolean }>(OVER, [conversation.tenant, conversation.id]);
  return found?.over;
}

/** Where a page ended: the next one begins after it. */
export interface ConversationCursor {
  /** When the conversation began, in microseconds since 1970: what the database keeps, and a Date does not. */
  readonly atMicros: number;
  readonly id: string;
}

export interface ConversationFilter {
  readonly status?: ConversationStatus;
  readonly agent?: string;
  readonly after?: ConversationCursor;
  readonly limit: number;
}

export interface ConversationPage {
  readonly conversations: readonly ConversationSummary[];
  readonly next: ConversationCursor | null;
}

const LIST = {
  name: 'conversations_list',
  text: `
    SELECT ${COLUMNS}, (extract(epoch FROM c.created_at) * 1000000)::bigint AS "atMicros"
      FROM conversations c
     WHERE c.tenant = $1
       AND ($2::text IS NULL OR c.status = $2)
       AND ($3::text IS NULL OR c.agent = $3)
       AND ($4::bigint IS NULL
            OR (c.created_at, c.id) < (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::text))
     ORDER BY c.created_at DESC, c.id DESC
     LIMIT $6`,
};

/** A tenant's conversations, newest first. */
export async function listConversations(
  database: Queryable,
  tenant: string,
  filter: ConversationFilter,
): Promise<ConversationPage> {
  const rows = await database.query<ConversationSummary & { atMicros: number }>(LIST, [
    tenant,
    filter.status ?? null,
    filter.agent ?? null,
    filter.after?.atMicros ?? null,
    filter.after?.id ?? null,
    // One more than asked for says whether there is a next page.
    filter.limit + 1,
  ]);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    conversations: page.map(({ atMicros: _at, ...conversation }) => conversation),
    next: rows.length > filter.limit && last !== undefined ? { atMicros: last.atMicros, id: last.id } : null,
  };
}
