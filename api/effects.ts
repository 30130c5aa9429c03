/** The changes that tools made, and what a person found out about those in doubt. */
import type { Context } from 'hono';
import { type Effect, listEffects, resolveEffect } from '../db/effects.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import * as routes from './routes.ts';
import { ResolveInput, type Wire } from './schemas.ts';
import { invalid } from './wire.ts';

export function addEffects(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.listEffects, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'resolve');
    const { state, limit } = c.req.valid('query');
    const effects = await listEffects(deps.database, caller.tenant, state, limit);
    return c.json({ effects: effects.map(wireEffect) }, 200);
  });

  // Reads its own body: the encoding has to be checked on the bytes, and whoever may not resolve learns that first.
  app.openAPIRegistry.registerPath(routes.resolveEffect);
  app.post(routes.resolveEffect.getRoutingPath(), (c) => postResolution(c, deps));
}

async function postResolution(c: Context<ApiEnv>, { database }: RouteDeps): Promise<Response> {
  const caller = c.get('caller');
  demand(caller, 'resolve');
  const parsed = ResolveInput.safeParse(await readJson(c.req.raw));
  if (!parsed.success) throw invalid(parsed.error);
  const { key, happened, reason } = parsed.data;
  const resolved = await resolveEffect(database, caller.tenant, key, { happened, reason, actor: `key:${caller.id}` });
  if (resolved === 'not_found') throw new Problem('not_found', { detail: 'There is no change with this key.' });
  if (resolved === 'not_unknown') throw new Problem('effect_not_unknown');
  const answer: Wire['effectResolution'] = { key, state: happened ? 'done' : 'failed' };
  return c.json(answer, 200);
}

function wireEffect({ conversation, startedAt, finishedAt, ...effect }: Effect): Wire['effectList']['effects'][number] {
  return {
    ...effect,
    conversationId: conversation,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
