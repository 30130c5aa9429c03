/**
 * A person owns a conversation while an escalation of it is open: who claimed it, what they write to the customer, how they give
 * it back. Each is one statement that locks the escalation, changes everything or nothing, and leaves an audit row either way.
 */
import type { EscalationReason } from '../core/escalation.ts';
import type { HandBack } from '../core/hand-back.ts';
import { type Queryable, storableJson } from './database.ts';
import { type Escalation, findEscalation } from './escalations.ts';

/** Why somebody may not do what they ask for; nothing was changed. */
export type OwnershipRefusal =
  | 'not_found'
  /** It is over. */
  | 'escalation_resolved'
  /** The same person has handed it back already. */
  | 'hand_back_duplicate'
  | 'not_claimed'
  | 'claimed_by_other'
  /** They claimed it too long ago: somebody else may have taken it to be free. */
  | 'claim_expired'
  /** The id was used before for another text. */
  | 'message_id_reused'
  | 'conversation_closed';

export interface Refused {
  readonly refused: OwnershipRefusal;
}

/** A claim is renewed by whatever its owner does. */
const CLAIM_FOR = "interval '8 hours'";

/** $1 tenant, $2 escalation, $3 actor: the escalation, locked, and what speaks against its owner doing something. */
const FOUND = `
    WITH found AS (
      SELECT * FROM escalations WHERE tenant = $1 AND id = $2::uuid FOR UPDATE
    ), code AS (
      SELECT CASE
               WHEN NOT EXISTS (SELECT FROM found) THEN 'not_found'
               WHEN (SELECT status FROM found) = 'resolved'
                 THEN CASE WHEN (SELECT hand_back IS NOT NULL AND claimed_by = $3 FROM found)
                           THEN 'hand_back_duplicate' ELSE 'escalation_resolved' END
               WHEN (SELECT claimed_by FROM found) IS NULL THEN 'not_claimed'
               WHEN (SELECT claimed_by FROM found) <> $3 THEN 'claimed_by_other'
               WHEN (SELECT claim_until FROM found) <= now() THEN 'claim_expired'
             END AS refused
    ), allowed AS (
      SELECT found.* FROM found, code WHERE code.refused IS NULL
    )`;

/** @param action as SQL text; refusals are kept as `<action>.refused` */
const audited = (action: string, detail = "'{}'::jsonb") => `
    audited AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, $3, CASE WHEN code.refused IS NULL THEN '${action}' ELSE '${action}.refused' END,
             coalesce('conversation:' || (SELECT conversation FROM found), 'escalation:' || $2::text),
             (${detail} || jsonb_strip_nulls(jsonb_build_object('escalation', $2::text, 'code', code.refused)))::json
        FROM code
    )`;

const CLAIM = {
  name: 'ownership_claim',
  text: `
    WITH found AS (
      SELECT * FROM escalations WHERE tenant = $1 AND id = $2::uuid FOR UPDATE
    ), code AS (
      SELECT CASE
               WHEN NOT EXISTS (SELECT FROM found) THEN 'not_found'
               WHEN (SELECT status FROM found) = 'resolved' THEN 'escalation_resolved'
               WHEN (SELECT claimed_by <> $3 AND claim_until > now() FROM found) AND NOT $4 THEN 'claimed_by_other'
             END AS refused
    ), claimed AS (
      UPDATE escalations e
         SET claimed_at = CASE WHEN e.claimed_by = $3 THEN e.claimed_at ELSE now() END,
             claimed_by = $3, claim_until = now() + ${CLAIM_FOR}
        FROM code WHERE e.tenant = $1 AND e.id = $2::uuid AND code.refused IS NULL
    ), ${audited('escalation.claimed')}
    SELECT refused FROM code`,
};

const RELEASE = {
  name: 'ownership_release',
  text: `${FOUND}, released AS (
      UPDATE escalations e SET claimed_by = NULL, claimed_at = NULL, claim_until = NULL
        FROM allowed WHERE e.tenant = $1 AND e.id = allowed.id
    ), ${audited('escalation.released')}
    SELECT refused FROM code`,
};

/** @param take from whoever has it */
export function claimEscalation(
  database: Queryable,
  tenant: string,
  id: string,
  actor: string,
  take: boolean,
): Promise<Escalation | Refused> {
  return change(database, CLAIM, tenant, id, [actor, take]);
}

export function releaseEscalation(
  database: Queryable,
  tenant: string,
  id: string,
  actor: string,
): Promise<Escalation | Refused> {
  return change(database, RELEASE, tenant, id, [actor]);
}

/*
 * Everything open of the conversation is given back with it, and the agent's turn is a row of the inbox, after whatever came
 * before. Where the customer wrote something that the person had not seen ($5), the agent answers instead of waiting. The id of
 * the row has a space, so no sender can have used it.
 */
const HAND_BACK = {
  name: 'ownership_hand_back',
  text: `${FOUND}, returned AS (
      UPDATE escalations e
         SET status = 'resolved', resolved_at = clock_timestamp(),
             hand_back = CASE WHEN e.id = allowed.id THEN $4::json END,
             resolution = json_build_object('actor', $3::text, 'note', 'handed back: ' || ($4::json ->> 'resolution'))
        FROM allowed
       WHERE e.tenant = $1 AND e.conversation = allowed.conversation AND e.status = 'open'
    ), numbered AS (
      UPDATE conversations c
         SET inbox_seq = c.inbox_seq + CASE WHEN $4::json ->> 'resume' = 'close' THEN 0 ELSE 1 END,
             status = CASE WHEN $4::json ->> 'resume' = 'close' THEN 'closed' ELSE c.status END,
             closed_at = CASE WHEN $4::json ->> 'resume' = 'close' THEN now() ELSE c.closed_at END,
             close_reason = CASE WHEN $4::json ->> 'resume' = 'close' THEN 'handed back to be closed' ELSE c.close_reason END
        FROM allowed
       WHERE c.tenant = $1 AND c.id = allowed.conversation AND c.status = 'open'
         AND ($4::json ->> 'resume' <> 'wait_for_customer'
              OR EXISTS (SELECT FROM inbound i WHERE i.tenant = $1 AND i.conversation = allowed.conversation
                            AND i.kind = 'message' AND i.seq > $5::integer))
      RETURNING c.id, c.inbox_seq, c.status
    ), asked AS (
      INSERT INTO inbound (tenant, conversation, message_id, seq, text, via, kind, actor, subject)
      SELECT $1, id, 'hand_back ' || $2::text, inbox_seq, $6, $7, 'hand_back', $3, $2::uuid FROM numbered WHERE status = 'open'
      ON CONFLICT DO NOTHING
    ), told AS (
      SELECT pg_notify('handback_' || current_schema(), $1 || '/' || id || ' closed 0') FROM numbered WHERE status = 'closed'
    ), ${audited('escalation.handed_back')}
    SELECT refused, (SELECT count(*) FROM told) AS told FROM code`,
};

/** What the agent reads in the turn in which it goes on. The document itself stands before the conversation. */
const GO_ON =
  'The conversation is yours again. Tell the customer now, in one short message and in their language, how it goes on: what was ' +
  'done, what holds now, and what they can still expect. Do not ask for anything that is known.';

/** @param seenSeq the last message that the person had seen; absent: all of them */
export function handBack(
  database: Queryable,
  tenant: string,
  id: string,
  actor: string,
  document: HandBack,
  { seenSeq = MAX_SEQ, via }: { readonly seenSeq?: number | undefined; readonly via: 'api' | 'signal' },
): Promise<Escalation | Refused> {
  return change(database, HAND_BACK, tenant, id, [actor, storableJson(document), seenSeq, GO_ON, via]);
}

const MAX_SEQ = 2_147_483_647;

const ADD_MESSAGE = {
  name: 'ownership_message',
  text: `${FOUND}, before AS (
      SELECT i.seq, i.text = $5 AND i.actor = $3 AS same FROM inbound i, found
       WHERE i.tenant = $1 AND i.conversation = found.conversation AND i.message_id = 'operator ' || $4
    ), numbered AS (
      UPDATE conversations c SET inbox_seq = c.inbox_seq + 1 FROM allowed
       WHERE c.tenant = $1 AND c.id = allowed.conversation AND c.status = 'open' AND NOT EXISTS (SELECT FROM before)
      RETURNING c.id, c.inbox_seq
    ), added AS (
      INSERT INTO inbound (tenant, conversation, message_id, seq, text, via, kind, actor, subject)
      SELECT $1, id, 'operator ' || $4, inbox_seq, $5, 'api', 'operator', $3, $2::uuid FROM numbered
      RETURNING seq
    ), renewed AS (
      UPDATE escalations e SET claim_until = now() + ${CLAIM_FOR} FROM allowed WHERE e.tenant = $1 AND e.id = allowed.id
    ), ${audited('operator.message')}
    SELECT code.refused, (SELECT conversation FROM found) AS conversation, (SELECT seq FROM added) AS added,
           (SELECT seq FROM before) AS before, (SELECT same FROM before) AS same
      FROM code`,
};

export interface OperatorMessage {
  readonly conversation: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** From a person to the customer; sent by a turn of its own, after the output guardrails. */
export async function addOperatorMessage(
  database: Queryable,
  tenant: string,
  id: string,
  actor: string,
  { messageId, text }: { readonly messageId: string; readonly text: string },
): Promise<OperatorMessage | Refused> {
  const [row] = await database.query<{
    refused: OwnershipRefusal | null;
    conversation: string;
    added: number | null;
    before: number | null;
    same: boolean | null;
  }>(ADD_MESSAGE, [tenant, id, actor, messageId, text]);
  if (row === undefined || row.refused !== null) return { refused: row?.refused ?? 'not_found' };
  const { conversation, added, before, same } = row;
  if (added !== null) return { conversation, seq: added, duplicate: false };
  if (before === null) return { refused: 'conversation_closed' };
  return same === true ? { conversation, seq: before, duplicate: true } : { refused: 'message_id_reused' };
}

const ESCALATE_NOW = {
  name: 'ownership_escalate',
  text: `
    WITH opened AS (
      INSERT INTO escalations (tenant, conversation, turn, reason, note)
      SELECT $1, id, (SELECT coalesce(max(turn), 0) FROM turns WHERE tenant = $1 AND conversation = $2), $3, $4
        FROM conversations WHERE tenant = $1 AND id = $2 AND status = 'open'
      ON CONFLICT (tenant, conversation, reason) WHERE status = 'open' DO UPDATE SET note = coalesce(excluded.note, escalations.note)
      RETURNING id
    ), audited AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, $5, 'escalation.opened', 'conversation:' || $2, json_build_object('escalation', id, 'reason', $3::text) FROM opened
    )
    SELECT id FROM opened`,
};

/** From now on a person owns it. @returns `undefined` where no such conversation is open */
export async function escalateNow(
  database: Queryable,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  {
    reason,
    note,
    actor,
  }: { readonly reason: EscalationReason; readonly note?: string | undefined; readonly actor: string },
): Promise<Escalation | undefined> {
  const [opened] = await database.query<{ id: string }>(ESCALATE_NOW, [tenant, id, reason, note ?? null, actor]);
  return opened === undefined ? undefined : findEscalation(database, tenant, opened.id);
}

async function change(
  database: Queryable,
  statement: { readonly name: string; readonly text: string },
  tenant: string,
  id: string,
  values: readonly (string | number | boolean | null)[],
): Promise<Escalation | Refused> {
  const [row] = await database.query<{ refused: OwnershipRefusal | null }>(statement, [tenant, id, ...values]);
  const refused = row?.refused ?? null;
  if (refused !== null) return { refused };
  return (await findEscalation(database, tenant, id)) ?? { refused: 'not_found' };
}
