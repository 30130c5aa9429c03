/** Limits that people raise: for one conversation, or for the tenant's day. */
import type { Budget, Budgets } from '../core/budget.ts';
import type { Queryable } from './database.ts';

const RAISE = {
  name: 'limits_raise',
  text: `
    WITH raised AS (
      INSERT INTO raised_limits (tenant, scope, subject, limits)
      VALUES ($1, $2, $3, jsonb_build_object($4::text, $5::double precision))
      ON CONFLICT (tenant, scope, subject)
         DO UPDATE SET limits = raised_limits.limits || jsonb_build_object(
                         $4::text, greatest((raised_limits.limits ->> $4)::double precision, $5)),
                       raised_at = now()
      RETURNING subject, (limits ->> $4)::double precision AS raised_to
    ), resolved AS (
      UPDATE escalations e SET status = 'resolved', resolved_at = now(),
             resolution = json_build_object('actor', $6::text, 'note', $7::text)
        FROM raised
       WHERE e.tenant = $1 AND e.status = 'open' AND e.reason = 'budget' AND ($2 = 'tenantDay' OR e.conversation = $3)
         AND e.failure -> 'limit' ->> 'scope' = $2 AND e.failure -> 'limit' ->> 'limit' = $4
         -- another agent may have a higher limit of its own, which this does not help
         AND (e.failure -> 'limit' ->> 'of')::double precision < raised_to
      RETURNING e.id
    ), audited AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, $6, 'limit.raised', CASE $2 WHEN 'tenantDay' THEN 'day:' ELSE 'conversation:' END || subject,
             json_build_object('scope', $2::text, 'limit', $4::text, 'to', $5::double precision, 'reason', $7::text)
        FROM raised
    )
    SELECT count(*)::integer AS resolved FROM resolved`,
};

export interface Raise {
  readonly scope: keyof Budgets;
  /** The conversation, or the day as `YYYY-MM-DD` where the scope is `tenantDay`. */
  readonly subject: string;
  readonly limit: keyof Budget;
  readonly to: number;
  readonly actor: string;
  readonly reason: string;
}

/**
 * From the next call on the raised limit counts; of two at once the higher one. The escalations that waited for it are resolved.
 *
 * @returns how many those were
 */
export async function raiseLimit(database: Queryable, tenant: string, raise: Raise): Promise<number> {
  const { scope, subject, limit, to, actor, reason } = raise;
  const [row] = await database.query<{ resolved: number }>(RAISE, [tenant, scope, subject, limit, to, actor, reason]);
  return row?.resolved ?? 0;
}
