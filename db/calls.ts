/** The leases of calls that became slow or failed: one process makes such a call, the others wait for its journal row. */
import type { CallKey } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Failure } from '../core/failure.ts';
import type { Queryable } from './database.ts';

export interface Lease {
  /** Real attempts so far, this one included. */
  readonly attempts: number;
  /** How the attempt before this one failed, where it lived to say so. */
  readonly lastFailure: Failure | undefined;
  /** How long the service asked us to stay away, in milliseconds; the attempt is not counted while it lasts. */
  readonly waitMs: number;
}

const TAKE = {
  name: 'call_take',
  text: `
    INSERT INTO calls AS c (tenant, conversation, turn, step, call, rung, holder, lease_until, attempts)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 millisecond', 1)
    ON CONFLICT (tenant, conversation, turn, step, call, rung) DO UPDATE
       SET holder = excluded.holder,
           lease_until = CASE WHEN c.not_before > now() THEN now() ELSE excluded.lease_until END,
           attempts = c.attempts + CASE WHEN c.not_before > now() THEN 0 ELSE 1 END
     WHERE c.lease_until <= now() OR c.holder = excluded.holder
    RETURNING attempts, last_failure,
              greatest(0, extract(epoch FROM not_before - now()) * 1000)::integer AS wait_ms`,
};

/** @returns `undefined` while another process holds the call */
export async function takeLease(
  database: Queryable,
  conversation: ConversationRef,
  key: CallKey,
  holder: string,
  leaseMs: number,
): Promise<Lease | undefined> {
  const [row] = await database.query<{ attempts: number; last_failure: Failure | null; wait_ms: number }>(TAKE, [
    ...keyOf(conversation, key),
    holder,
    leaseMs,
  ]);
  if (row === undefined) return undefined;
  return { attempts: row.attempts, lastFailure: row.last_failure ?? undefined, waitMs: row.wait_ms };
}

const HOLD = {
  name: 'call_hold',
  text: `
    INSERT INTO calls (tenant, conversation, turn, step, call, rung, holder, lease_until, attempts)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 millisecond', $9)
    ON CONFLICT (tenant, conversation, turn, step, call, rung) DO UPDATE
       SET lease_until = excluded.lease_until
     WHERE calls.holder = excluded.holder`,
};

/** Says that this process is (still) making the call. A lease of 0 ms gives it up. */
export async function holdLease(
  database: Queryable,
  conversation: ConversationRef,
  key: CallKey,
  holder: string,
  leaseMs: number,
  attempts: number,
): Promise<void> {
  await database.query(HOLD, [...keyOf(conversation, key), holder, leaseMs, attempts]);
}

const FAIL = {
  name: 'call_fail',
  text: `
    INSERT INTO calls (tenant, conversation, turn, step, call, rung, holder, lease_until, attempts, last_failure, not_before)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9, now() + $10 * interval '1 millisecond')
    ON CONFLICT (tenant, conversation, turn, step, call, rung) DO UPDATE
       SET lease_until = now(), last_failure = excluded.last_failure, not_before = excluded.not_before
     WHERE calls.holder = excluded.holder`,
};

/** Keeps how an attempt failed and when the next may come, and gives the call up. */
export async function recordFailure(
  database: Queryable,
  conversation: ConversationRef,
  key: CallKey,
  holder: string,
  attempts: number,
  failure: Failure,
  backoffMs: number,
): Promise<void> {
  await database.query(FAIL, [...keyOf(conversation, key), holder, attempts, JSON.stringify(failure), backoffMs]);
}

const SPENT = {
  name: 'call_spent',
  text: `
    INSERT INTO calls (tenant, conversation, turn, step, call, rung, holder, lease_until, attempts, tokens, usd)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9, $10)
    ON CONFLICT (tenant, conversation, turn, step, call, rung) DO UPDATE
       SET tokens = calls.tokens + excluded.tokens, usd = calls.usd + excluded.usd`,
};

/** Keeps what a failed model call took, until its turn ends and is counted. */
export async function recordSpent(
  database: Queryable,
  conversation: ConversationRef,
  key: CallKey,
  holder: string,
  attempts: number,
  { tokens, usd }: { readonly tokens: number; readonly usd: number },
): Promise<void> {
  await database.query(SPENT, [...keyOf(conversation, key), holder, attempts, tokens, usd]);
}

function keyOf(conversation: ConversationRef, key: CallKey): unknown[] {
  return [conversation.tenant, conversation.id, key.turn, key.step, key.call, key.rung ?? 0];
}
