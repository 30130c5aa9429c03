/** Conversations that need a person: opened with the turn that ended so, in the same statement. */
import type { EscalationReason, EscalationStatus } from '../core/escalation.ts';
import type { Failure } from '../core/failure.ts';
import type { HandBack } from '../core/hand-back.ts';
import type { Queryable } from './database.ts';

/**
 * Part of the statement that ends a turn (`db/turns.ts`): $1 tenant, $2 conversation, $3 turn, $6 failure, $7 the reason,
 * or null where the turn ends otherwise. A conversation has at most one open escalation a reason.
 */
export const ESCALATE = `
      INSERT INTO escalations (tenant, conversation, turn, reason, failure)
      SELECT $1, $2, $3, $7::text, $6::json FROM open WHERE $7::text IS NOT NULL
      ON CONFLICT (tenant, conversation, reason) WHERE status = 'open' DO UPDATE SET failure = excluded.failure
      RETURNING id`;

/** Part of the statement that opens a turn: the escalation for which a person owns the conversation. */
export const OWNER = `
      SELECT id FROM escalations
       WHERE tenant = $1 AND conversation = $2 AND status = 'open' ORDER BY opened_at, id LIMIT 1`;

/** Part of the same: what people gave the conversation back with, the oldest first. */
export const HAND_BACKS = `
      SELECT json_agg(hand_back ORDER BY resolved_at, id) FROM escalations
       WHERE tenant = $1 AND conversation = $2 AND hand_back IS NOT NULL`;

export interface Escalation {
  readonly id: string;
  readonly conversation: string;
  /** The first turn that ended with it. */
  readonly turn: number;
  readonly reason: EscalationReason;
  /** Of the last turn that ended with it: what stands in the way now. */
  readonly failure: Failure | null;
  /** Why somebody asked for a person. */
  readonly note: string | null;
  readonly status: EscalationStatus;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
  readonly resolution: { readonly actor: string; readonly note: string } | null;
  /** `key:<id>`. */
  readonly claimedBy: string | null;
  readonly claimedAt: Date | null;
  /** From then on somebody else may claim it. */
  readonly claimUntil: Date | null;
  readonly handBack: HandBack | null;
}

const COLUMNS = `id, conversation, turn, reason, failure, note, status, opened_at AS "openedAt", resolved_at AS "resolvedAt",
           resolution, claimed_by AS "claimedBy", claimed_at AS "claimedAt", claim_until AS "claimUntil",
           hand_back AS "handBack"`;

const LIST = {
  name: 'escalations_list',
  text: `
    SELECT ${COLUMNS} FROM escalations
     WHERE tenant = $1 AND status = $2 AND ($3::text IS NULL OR reason = $3)
     ORDER BY opened_at, id LIMIT $4`,
};

/** The oldest first. */
export function listEscalations(
  database: Queryable,
  tenant: string,
  filter: { readonly status: EscalationStatus; readonly reason?: EscalationReason | undefined; readonly limit: number },
): Promise<readonly Escalation[]> {
  return database.query<Escalation>(LIST, [tenant, filter.status, filter.reason ?? null, filter.limit]);
}

const FIND = {
  name: 'escalations_find',
  text: `SELECT ${COLUMNS} FROM escalations WHERE tenant = $1 AND id = $2::uuid`,
};

export async function findEscalation(database: Queryable, tenant: string, id: string): Promise<Escalation | undefined> {
  const [found] = await database.query<Escalation>(FIND, [tenant, id]);
  return found;
}

const RESOLVE = {
  name: 'escalations_resolve',
  text: `
    WITH resolved AS (
      UPDATE escalations SET status = 'resolved', resolved_at = now(),
             resolution = json_build_object('actor', $3::text, 'note', $4::text)
       WHERE tenant = $1 AND id = $2::uuid AND status = 'open'
      RETURNING id, conversation
    )
    INSERT INTO audit (tenant, actor, action, subject, detail)
    SELECT $1, $3, 'escalation.resolved', 'conversation:' || conversation,
           json_build_object('escalation', id, 'note', $4::text)
      FROM resolved`,
};

/**
 * Somebody has seen to it. What a person resolved stays as it was resolved first.
 *
 * @returns `undefined` where there is no such escalation
 */
export async function resolveEscalation(
  database: Queryable,
  tenant: string,
  id: string,
  { actor, note }: { readonly actor: string; readonly note: string },
): Promise<Escalation | undefined> {
  await database.query(RESOLVE, [tenant, id, actor, note]);
  return findEscalation(database, tenant, id);
}
