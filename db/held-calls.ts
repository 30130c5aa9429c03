/** Calls that run only when the customer or an operator has said yes to exactly them. */
import type { ConversationRef, Customer } from '../core/conversation.ts';
import { type Queryable, storable } from './database.ts';

/** `confirm`: the customer's word is needed; `approve`: an operator's. */
export type Needs = 'confirm' | 'approve';
export const HELD_STATUSES = ['pending', 'granted', 'declined', 'lapsed'] as const;
export type HeldStatus = (typeof HELD_STATUSES)[number];

/** What is kept of a call when it is held: see `journalToolResult`. */
export interface Hold {
  readonly needs: Needs;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
  readonly digest: string;
  /** The call in plain words. */
  readonly action: string;
  readonly rule: string;
  readonly reason: string;
  readonly expiresInMs: number;
}

/**
 * Part of the statement that keeps a tool's result (`db/tool-calls.ts`): $1 tenant, $2 conversation, $3 turn, $4 step, $5 call,
 * $7 tool, $12 revision, $19 the `Hold` as JSON or null. The same call that waits already is not
 * held twice: an operator decides about it once, and the customer is asked anew.
 */
export const HOLD = `
      INSERT INTO held_calls (tenant, conversation, turn, step, call, tool, revision,
                              needs, arguments, digest, action, rule, reason, expires_at)
      SELECT $1, $2, $3, $4, $5, $7, $12, h.needs, h.arguments, h.digest, h.action, h.rule, h.reason,
             now() + h."expiresInMs" * interval '1 millisecond'
        FROM result, json_to_record($19::json)
             AS h (needs text, arguments text, digest text, action text, rule text, reason text, "expiresInMs" double precision)
       WHERE $19 IS NOT NULL
      ON CONFLICT (tenant, conversation, needs, digest) WHERE status = 'pending'
      DO UPDATE SET turn = excluded.turn, step = excluded.step, call = excluded.call, asked_at = NULL, asked_seq = NULL,
                    revision = excluded.revision, arguments = excluded.arguments, action = excluded.action,
                    rule = excluded.rule, reason = excluded.reason, held_at = now(), expires_at = excluded.expires_at
       WHERE (held_calls.needs = 'confirm' AND held_calls.turn < excluded.turn) OR held_calls.expires_at <= now()`;

/**
 * Part of the statement that ends a turn (`db/turns.ts`): the customer has been asked about what this turn held, where $8 says
 * so, in the language $10. A message that takes its number after the lock was not written before it.
 */
export const ASKED_ABOUT = `
      UPDATE held_calls h SET asked_at = clock_timestamp(), asked_seq = c.inbox_seq, language = $10::text
        FROM closed, (SELECT inbox_seq FROM conversations WHERE $8 AND tenant = $1 AND id = $2 FOR UPDATE) c
       WHERE h.tenant = $1 AND h.conversation = $2 AND h.turn = $3 AND h.needs = 'confirm' AND h.status = 'pending'`;

export interface HeldForCustomer {
  /** In plain words. */
  readonly action: string;
}

export interface Waiting extends HeldForCustomer {
  /** In which they were asked, where it is known. */
  readonly language: string | null;
}

/** Part of the statement that opens a turn (`next`: the message it takes now): what the customer was asked about before the turn's message came. */
export const WAITING = `
      SELECT json_agg(json_build_object('action', h.action, 'language', h.language) ORDER BY h.step, h.call)
        FROM held_calls h JOIN inbound i ON i.tenant = $1 AND i.conversation = $2
                            AND (i.turn = $3 OR i.message_id IN (SELECT message_id FROM next))
       WHERE h.tenant = $1 AND h.conversation = $2 AND h.turn = $3 - 1 AND h.needs = 'confirm' AND h.status = 'pending'
         AND h.asked_seq < i.seq AND h.asked_at <= i.received_at AND h.expires_at > i.received_at`;

/** Part of the same: calls wait that this turn either settles or drops. */
export const HELD_BEFORE = `
      SELECT FROM held_calls h
       WHERE h.tenant = $1 AND h.conversation = $2 AND h.turn < $3 AND h.needs = 'confirm' AND h.status = 'pending'`;

export interface ToConfirm {
  /** In the order in which the model asked for them. */
  readonly held: readonly HeldForCustomer[];
  readonly customer: Customer;
  /** What the customer wrote, the newest first. */
  readonly customerTexts: readonly string[];
}

const OF_TURN = {
  name: 'held_of_turn',
  text: `
    SELECT c.customer,
           (SELECT json_agg(text ORDER BY position DESC) FROM transcript
             WHERE tenant = $1 AND conversation = $2 AND role = 'customer' AND turn <= $3) AS "customerTexts",
           (SELECT json_agg(json_build_object('action', action) ORDER BY step, call) FROM held_calls h
             WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND needs = 'confirm' AND status = 'pending') AS held
      FROM conversations c WHERE c.tenant = $1 AND c.id = $2`,
};

/** What this turn has to ask the customer about. */
export async function heldInTurn(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
): Promise<ToConfirm | undefined> {
  const [found] = await database.query<{
    customer: Customer;
    customerTexts: readonly string[] | null;
    held: readonly HeldForCustomer[] | null;
  }>(OF_TURN, [tenant, id, turn]);
  if (found === undefined) return undefined;
  return { customer: found.customer, customerTexts: found.customerTexts ?? [], held: found.held ?? [] };
}

/*
 * The calls that were confirmed become the turn's first step, as if the model had asked for them: exactly these, once. Where that
 * step exists already, nothing is granted again.
 */
const GRANT = {
  name: 'held_grant',
  text: `
    WITH waiting AS (
      SELECT id, tool, arguments, row_number() OVER (ORDER BY step, call) AS n FROM held_calls
       WHERE tenant = $1 AND conversation = $2 AND turn = $3 - 1 AND needs = 'confirm' AND status = 'pending'
         AND revision = $4 AND asked_at IS NOT NULL
         AND expires_at > (SELECT received_at FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn = $3)
    ), step AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls, revision)
      SELECT $1, $2, $3, 1, 0, 'agent', '',
             json_agg(json_build_object('id', 'confirmed-' || $3::integer || '-' || n, 'name', tool, 'arguments', arguments)
                      ORDER BY n), $4
        FROM waiting
      HAVING count(*) > 0
      ON CONFLICT DO NOTHING
      RETURNING turn
    )
    UPDATE held_calls h SET status = 'granted', settled_at = now(), settled_turn = $3, run_step = 1, run_call = waiting.n
      FROM waiting, step
     WHERE h.id = waiting.id AND h.status = 'pending'
    RETURNING h.id`,
};

/**
 * The customer said yes.
 *
 * @param turn the one whose message says so
 * @param revision calls held under another one are not granted
 * @returns whether something may run now; false too where another process was first
 */
export async function grantHeld(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
  revision: string,
): Promise<boolean> {
  return (await database.query(GRANT, [tenant, id, turn, revision])).length > 0;
}

/* The model was told that a yes would run it, and is told now that none can any more. */
const DROP = {
  name: 'held_drop',
  text: `
    WITH dropped AS (
      UPDATE held_calls SET status = $4, settled_at = now(), settled_turn = $3
       WHERE tenant = $1 AND conversation = $2 AND turn < $3 AND needs = 'confirm' AND status = 'pending'
      RETURNING turn, step, call
    )
    UPDATE transcript t SET shown = $5 FROM dropped d
     WHERE t.tenant = $1 AND t.conversation = $2 AND t.turn = d.turn AND t.step = d.step AND t.call = d.call`,
};

const TOLD = {
  declined: 'Nothing was done: the customer said no to it.',
  lapsed:
    'Nothing was done: the customer was asked and did not plainly say yes, so it was dropped. Ask for it again where it is wanted.',
} as const;

/** Nothing of what waits will run: the customer said no, or something else, or was never asked. */
export async function dropHeld(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
  status: 'declined' | 'lapsed',
): Promise<void> {
  await database.query(DROP, [tenant, id, turn, status, TOLD[status]]);
}

/** What was decided about a call at this very place, and about calls like it in this turn. */
export interface Settled {
  /** Whose yes it has: the customer's (`confirm`) or an operator's (`approve`). */
  readonly granted: Needs | undefined;
  /** Who has just said no to the same call: the turn's message or decision says so. */
  readonly declined: Needs | undefined;
}

/** A call as it stands before the rules. */
export interface AskedFor {
  readonly tool: string;
  /** JSON text, as it was asked for. */
  readonly arguments: string;
  /** Of the tool and what it will get. */
  readonly digest: string;
}

/* What an operator wrote in place of the model's arguments is compared as they wrote it: nobody else may have put it there. */
const SETTLED = {
  name: 'held_settled',
  text: `
    SELECT min(needs) FILTER (WHERE status = 'granted' AND run_step = $4 AND run_call = $5
                                AND CASE WHEN asked_arguments IS NULL THEN digest = $6
                                         ELSE tool = $7 AND arguments = $8 END
                                AND (needs = 'confirm' OR decided_by IS NOT NULL)) AS granted,
           min(needs) FILTER (WHERE status = 'declined' AND digest = $6) AS declined
      FROM held_calls
     WHERE tenant = $1 AND conversation = $2 AND settled_turn = $3`,
};

export async function settledFor(
  database: Queryable,
  { tenant, id }: ConversationRef,
  { turn, step, call }: { readonly turn: number; readonly step: number; readonly call: number },
  { tool, arguments: given, digest }: AskedFor,
): Promise<Settled> {
  const values = [tenant, id, turn, step, call, digest, tool, storable(given)];
  const [settled] = await database.query<{ granted: Needs | null; declined: Needs | null }>(SETTLED, values);
  return { granted: settled?.granted ?? undefined, declined: settled?.declined ?? undefined };
}
