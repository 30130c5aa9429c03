/**
 * The vocabulary. Use these words everywhere: code, API, docs, console.
 *
 * - conversation: one Temporal workflow, id `conversation:<tenant>:<id>`
 * - customer: the person the agent talks to; who they are is asserted by the calling service, never by the chat text
 * - turn: one customer message to its outcome
 * - step: one model call and the tool calls it asked for
 * - tool call / tool result: one requested execution / outcome + confidence + data
 * - manifest / revision: an agent's definition as frozen JSON / its hash
 * - ledger: the per-step record of what happened, what it cost, how long it took
 */

/** How a turn ended, as the customer sees it. */
export type TurnOutcome = 'replied' | 'asked' | 'refused' | 'escalated' | 'failed';

/** What a turn may take: see `db/inbox.ts`. */
export type ArrivalKind = 'message' | 'operator' | 'hand_back' | 'decision';

/** An open conversation takes messages; a closed one answers them with a clear error. */
export type ConversationStatus = 'open' | 'closed';

/** Which conversation: the tenant it belongs to and its id within the tenant. */
export interface ConversationRef {
  readonly tenant: string;
  readonly id: string;
}

/** Who the calling service says it is talking to. `claims` are facts the service vouches for (plan, verified e-mail). */
export interface Customer {
  readonly id: string;
  readonly claims?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Ids and tenants are part of workflow ids, URLs and log lines, so the alphabet is small: letters, digits and `._~-`,
 * at most 128 characters, beginning with a letter or a digit.
 */
export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;

/** Message ids are chosen by senders and only ever compared: 1 to 200 printable ASCII characters without spaces. */
export const MESSAGE_ID_PATTERN = /^[\x21-\x7e]{1,200}$/;

/** Strings that PostgreSQL can hold: no NUL, no half of a surrogate pair. */
export const STORABLE_PATTERN = /^(?:(?!\p{Surrogate}|\0).)*$/su;

const PREFIX = 'conversation:';

/** The Temporal workflow id of a conversation. */
export function workflowIdOf(conversation: ConversationRef): string {
  return `${PREFIX}${conversation.tenant}:${conversation.id}`;
}

/** The conversation a workflow id names, or `undefined` where it names none. */
export function conversationOf(workflowId: string): ConversationRef | undefined {
  if (!workflowId.startsWith(PREFIX)) return undefined;
  const [tenant, id, ...rest] = workflowId.slice(PREFIX.length).split(':');
  if (tenant === undefined || id === undefined || rest.length > 0) return undefined;
  return ID_PATTERN.test(tenant) && ID_PATTERN.test(id) ? { tenant, id } : undefined;
}
