/** The effect ledger: what was about to be changed, and what became of it. One row is one idempotency key. */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';

export type EffectState = 'started' | 'done' | 'failed' | 'unknown';

/** What comes of the wish to make a change. */
export type Intent =
  /** It is written down and may be made. `times` is how often it was begun and not seen to end, this time included. */
  | { readonly kind: 'begun'; readonly times: number }
  /** This call has ended, in another process. */
  | { readonly kind: 'ended' }
  /** Another call of the same step is making this very change. */
  | { readonly kind: 'being_made' }
  /** Another call has made it. `text` is what the model read then; absent where a person found out that it was made. */
  | { readonly kind: 'made'; readonly text: string | undefined; readonly confidence: number };

/*
 * Begins anew what this call began, what an earlier call is known not to have done, and what an earlier call left in doubt
 * or in the middle: the steps of a conversation follow one another, so nobody is at that any more.
 */
const INTEND = {
  name: 'tool_intend',
  text: `
    INSERT INTO effects AS e (tenant, conversation, turn, step, call, idempotency_key, tool, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'started')
    ON CONFLICT (idempotency_key) DO UPDATE
       SET attempts = CASE e.state WHEN 'failed' THEN 1 ELSE e.attempts + 1 END,
           started_at = CASE e.state WHEN 'failed' THEN now() ELSE e.started_at END,
           turn = excluded.turn, step = excluded.step, call = excluded.call,
           state = 'started', finished_at = NULL, resolution = NULL
     WHERE CASE WHEN (e.turn, e.step, e.call) = ($3, $4, $5) THEN e.state = 'started'
                ELSE e.state IN ('failed', 'unknown') OR e.state = 'started' AND (e.turn, e.step) < ($3, $4) END
    RETURNING attempts`,
};

const INTENDED = {
  name: 'tool_intended',
  text: `
    SELECT e.state, (e.turn, e.step, e.call) = ($2, $3, $4) AS own, t.text, t.confidence
      FROM effects e
      LEFT JOIN transcript t ON t.tenant = e.tenant AND t.conversation = e.conversation AND t.turn = e.turn
                            AND t.step = e.step AND t.call = e.call AND t.outcome = 'done'
     WHERE e.idempotency_key = $1`,
};

/** Keeps that a call which changes something is about to run, unless that change is made or being made already. */
export async function intendEffect(
  database: Queryable,
  conversation: ConversationRef,
  { turn, step, call }: CallKey,
  idempotencyKey: string,
  tool: string,
): Promise<Intent> {
  const { tenant, id } = conversation;
  const [begun] = await database.query<{ attempts: number }>(INTEND, [
    tenant,
    id,
    turn,
    step,
    call,
    idempotencyKey,
    tool,
  ]);
  if (begun !== undefined) return { kind: 'begun', times: begun.attempts };
  const [found] = await database.query<{
    state: EffectState;
    own: boolean;
    text: string | null;
    confidence: number | null;
  }>(INTENDED, [idempotencyKey, turn, step, call]);
  if (found?.own === true) return { kind: 'ended' };
  if (found?.state === 'done')
    return { kind: 'made', text: found.text ?? undefined, confidence: found.confidence ?? 1 };
  // Also what has ended between the two statements: whoever looks again finds it.
  return { kind: 'being_made' };
}

const BEGUN = {
  name: 'tool_begun',
  text: `
    SELECT FROM effects
     WHERE tenant = $1 AND conversation = $2 AND turn = $3 AND step = $4 AND call = $5 AND state = 'started'
       AND tool = $6`,
};

/** Whether a call that changes something was about to run and has not been seen to end. */
export async function hasBegun(
  database: Queryable,
  conversation: ConversationRef,
  { turn, step, call }: CallKey,
  tool: string,
): Promise<boolean> {
  return (await database.query(BEGUN, [conversation.tenant, conversation.id, turn, step, call, tool])).length > 0;
}

/** One effect, for people. */
export interface Effect {
  readonly key: string;
  readonly conversation: string;
  readonly turn: number;
  readonly tool: string;
  readonly state: EffectState;
  readonly attempts: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly resolution: { readonly actor: string; readonly reason: string } | null;
}

const LIST = {
  name: 'effects_list',
  text: `
    SELECT idempotency_key AS key, conversation, turn, tool, state, attempts, started_at AS "startedAt",
           finished_at AS "finishedAt", resolution
      FROM effects WHERE tenant = $1 AND state = $2
     ORDER BY started_at, idempotency_key LIMIT $3`,
};

/** The oldest first. */
export function listEffects(
  database: Queryable,
  tenant: string,
  state: EffectState,
  limit: number,
): Promise<readonly Effect[]> {
  return database.query<Effect>(LIST, [tenant, state, limit]);
}

const RESOLVE = {
  name: 'effects_resolve',
  text: `
    WITH before AS (
      SELECT state, resolution FROM effects WHERE tenant = $1 AND idempotency_key = $2
    ), resolved AS (
      UPDATE effects SET state = $3, finished_at = now(),
             resolution = json_build_object('actor', $4::text, 'reason', $5::text)
       WHERE tenant = $1 AND idempotency_key = $2 AND state = 'unknown'
      RETURNING idempotency_key
    ), audited AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, $4, 'effect.resolved', 'effect:' || idempotency_key, json_build_object('state', $3::text, 'reason', $5::text)
        FROM resolved
    )
    SELECT EXISTS (SELECT FROM resolved)
           OR coalesce(state = $3 AND resolution ->> 'actor' = $4 AND resolution ->> 'reason' = $5, false) AS resolved
      FROM before`,
};

/** `not_unknown`: nobody need decide about it (any more). */
export type Resolved = 'resolved' | 'not_found' | 'not_unknown';

/**
 * Keeps what a person found out about an effect in doubt, with who and why in the audit log. The conversation does not hear
 * of it by itself; a later call with the same key finds it done, or may make it. The same word again changes nothing.
 */
export async function resolveEffect(
  database: Queryable,
  tenant: string,
  key: string,
  { happened, actor, reason }: { readonly happened: boolean; readonly actor: string; readonly reason: string },
): Promise<Resolved> {
  const [row] = await database.query<{ resolved: boolean }>(RESOLVE, [
    tenant,
    key,
    happened ? 'done' : 'failed',
    actor,
    reason,
  ]);
  if (row === undefined) return 'not_found';
  return row.resolved ? 'resolved' : 'not_unknown';
}
