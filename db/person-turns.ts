/** Turns without the model, while a person owns the conversation: what the customer writes goes to them, what they write to the customer. */
import type { TurnClosed } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Verdict } from '../core/verdict.ts';
import { type Queryable, storable, storableJson } from './database.ts';
import { AND_TELL } from './turns.ts';

/** No row of the turn is written by its end. */
const NO_REPLY = `
    reply AS (
      SELECT NULL::text AS role, NULL::text AS model, NULL::text AS outcome, NULL::integer AS tokens,
             NULL::double precision AS cost_usd, NULL::integer AS ms
       WHERE false
    )`;

const ANSWERED = `
    answered AS (
      UPDATE inbound i SET answered_at = now() FROM closed
       WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn = $3${AND_TELL}
    SELECT outcome,
           EXISTS (SELECT FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn IS NULL) AS more,
           (SELECT count(*) FROM told) AS told
      FROM closed`;

/* The escalation is locked: a hand-back that commits first leaves nobody to leave the message to. */
const LEAVE = {
  name: 'person_leave',
  text: `
    WITH person AS (
      SELECT id FROM escalations
       WHERE tenant = $1 AND conversation = $2 AND status = 'open' ORDER BY opened_at, id LIMIT 1 FOR SHARE
    ), taken AS (
      SELECT seq FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn = $3
    ), ${NO_REPLY}, closed AS (
      INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence, escalation)
      SELECT $1, $2, $3, taken.seq, 'escalated', '', 1, person.id FROM person, taken
      ON CONFLICT DO NOTHING
      RETURNING turn, seq, outcome, reply, confidence, failure, escalation
    ), ${ANSWERED}`,
};

/**
 * Ends a turn for the person who owns the conversation: they answer it.
 *
 * @returns `undefined` where nobody owns it any more, or the turn has ended: look again
 */
export async function leaveToPerson(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
): Promise<TurnClosed | undefined> {
  return closedOf(await database.query<TurnClosed>(LEAVE, [tenant, id, turn]));
}

const SEND = {
  name: 'person_send',
  text: `
    WITH taken AS (
      SELECT seq FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn = $3
    ), ${NO_REPLY}, looked_at AS (
      UPDATE transcript SET verdicts = $5::json, text = $4, shown = coalesce($6, shown)
       WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = 0 AND call = 0
    ), closed AS (
      INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
      SELECT $1, $2, $3, taken.seq, CASE WHEN $7 THEN 'replied' ELSE 'refused' END,
             CASE WHEN $7 THEN $4 ELSE '' END, 1 FROM taken
      ON CONFLICT DO NOTHING
      RETURNING turn, seq, outcome, reply, confidence, failure, escalation
    ), ${ANSWERED}`,
};

/** Sends what a person wrote. @param stopped what prompts carry in its place: a guardrail stopped it */
export async function sendForPerson(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
  {
    text,
    verdicts,
    stopped,
  }: { readonly text: string; readonly verdicts: readonly Verdict[]; readonly stopped?: string },
): Promise<TurnClosed | undefined> {
  const values = [tenant, id, turn, storable(text), storableJson(verdicts), stopped ?? null, stopped === undefined];
  return closedOf(await database.query<TurnClosed>(SEND, values));
}

const SKIP = {
  name: 'person_skip',
  text: `
    WITH taken AS (
      SELECT seq, subject FROM inbound WHERE tenant = $1 AND conversation = $2 AND turn = $3
    ), since AS (
      SELECT t.turn FROM turns t
        JOIN inbound i ON i.tenant = t.tenant AND i.conversation = t.conversation AND i.turn = t.turn
       WHERE t.tenant = $1 AND t.conversation = $2 AND t.turn < $3 AND i.kind = 'message' AND t.reply <> ''
         AND t.closed_at > (SELECT e.resolved_at FROM escalations e, taken WHERE e.id = taken.subject)
       LIMIT 1
    ), ${NO_REPLY}, closed AS (
      INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
      SELECT $1, $2, $3, taken.seq, 'replied', '', 1 FROM taken, since
      ON CONFLICT DO NOTHING
      RETURNING turn, seq, outcome, reply, confidence, failure, escalation
    ), ${ANSWERED}`,
};

/** Ends the turn of a hand-back where the agent has answered the customer since. @returns `undefined` where it has not */
export async function skipAnswered(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
): Promise<TurnClosed | undefined> {
  return closedOf(await database.query<TurnClosed>(SKIP, [tenant, id, turn]));
}

function closedOf([closed]: readonly TurnClosed[]): TurnClosed | undefined {
  return closed === undefined ? undefined : { outcome: closed.outcome, more: closed.more };
}
