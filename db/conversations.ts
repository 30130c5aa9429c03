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

const STATUS = {
  name: 'conversations_status',
  text: 'SELECT status FROM conversations WHERE tenant = $1 AND id = $2',
};

/** `undefined` where there is no such conversation. */
export async function statusOf(
  database: Queryable,
  conversation: ConversationRef,
): Promise<ConversationStatus | undefined> {
  const [found] = await database.query<{ status: ConversationStatus }>(STATUS, [conversation.tenant, conversation.id]);
  return found?.status;
}

/** Where a page ended: the next one begins after it. `at` is the database's own text for the time, to the microsecond. */
export interface ConversationCursor {
  readonly at: string;
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
    SELECT ${COLUMNS}, c.created_at::text AS at
      FROM conversations c
     WHERE c.tenant = $1
       AND ($2::text IS NULL OR c.status = $2)
       AND ($3::text IS NULL OR c.agent = $3)
       AND ($4::text IS NULL OR (c.created_at, c.id) < ($4::timestamptz, $5::text))
     ORDER BY c.created_at DESC, c.id DESC
     LIMIT $6`,
};

/** A tenant's conversations, newest first. */
export async function listConversations(
  database: Queryable,
  tenant: string,
  filter: ConversationFilter,
): Promise<ConversationPage> {
  const rows = await database.query<ConversationSummary & { at: string }>(LIST, [
    tenant,
    filter.status ?? null,
    filter.agent ?? null,
    filter.after?.at ?? null,
    filter.after?.id ?? null,
    // One more than asked for says whether there is a next page.
    filter.limit + 1,
  ]);
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  return {
    conversations: page.map(({ at: _at, ...conversation }) => conversation),
    next: rows.length > filter.limit && last !== undefined ? { at: last.at, id: last.id } : null,
  };
}
