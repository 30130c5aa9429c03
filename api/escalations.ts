/** Conversations in which a person is needed, and the word that somebody has seen to it. */
import type { Context } from 'hono';
import { type Escalation, findEscalation, listEscalations, resolveEscalation } from '../db/escalations.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import * as routes from './people-routes.ts';
import { EscalationNote, type PeopleWire } from './people-schemas.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import { invalid } from './wire.ts';

export function addEscalations(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.listEscalations, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'resolve');
    const found = await listEscalations(deps.database, caller.tenant, c.req.valid('query'));
    return c.json({ escalations: found.map(wireEscalation) }, 200);
  });
  app.openapi(routes.getEscalation, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'resolve');
    return c.json(found(await findEscalation(deps.database, caller.tenant, c.req.valid('param').id)), 200);
  });
  // Reads its own body: the encoding has to be checked on the bytes, and whoever may not resolve learns that first.
  app.openAPIRegistry.registerPath(routes.resolveEscalation);
  app.post(routes.resolveEscalation.getRoutingPath(), (c) => postResolution(c, deps));
}

async function postResolution(c: Context<ApiEnv>, { database }: RouteDeps): Promise<Response> {
  const caller = c.get('caller');
  demand(caller, 'resolve');
  const params = routes.escalationParams.safeParse(c.req.param());
  if (!params.success) throw new Problem('invalid_id');
  const parsed = EscalationNote.safeParse(await readJson(c.req.raw));
  if (!parsed.success) throw invalid(parsed.error);
  const actor = `key:${caller.id}`;
  const { note } = parsed.data;
  return c.json(found(await resolveEscalation(database, caller.tenant, params.data.id, { actor, note })), 200);
}

/** @throws Problem `not_found` */
function found(escalation: Escalation | undefined): PeopleWire['escalation'] {
  if (escalation === undefined) throw new Problem('not_found', { detail: 'There is no escalation with this id.' });
  return wireEscalation(escalation);
}

export function wireEscalation({
  conversation,
  openedAt,
  resolvedAt,
  claimedAt,
  claimUntil,
  handBack,
  ...rest
}: Escalation): PeopleWire['escalation'] {
  return {
    ...rest,
    conversationId: conversation,
    openedAt: openedAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
    claimedAt: claimedAt?.toISOString() ?? null,
    claimUntil: claimUntil?.toISOString() ?? null,
    // What is kept passed the same schema.
    handBack: handBack as PeopleWire['escalation']['handBack'],
  };
}
