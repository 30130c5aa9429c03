/** What a conversation may spend and has spent, and raising that. */
import type { Context } from 'hono';
import { type Budgets, LIMITS, limitOf, SCOPES } from '../core/budget.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { findManifest } from '../db/agents.ts';
import type { Queryable } from '../db/database.ts';
import { raiseLimit } from '../db/raised-limits.ts';
import { type ConversationSpending, readSpending } from '../db/spending.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import * as routes from './people-routes.ts';
import { type PeopleWire, RaiseInput } from './people-schemas.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import { invalid } from './wire.ts';

export function addLimits(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.getLimits, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'resolve');
    const conversation = { tenant: caller.tenant, id: c.req.valid('param').id };
    return c.json(wireLimits(conversation, await look(deps.database, conversation)), 200);
  });
  app.openAPIRegistry.registerPath(routes.raiseLimit);
  app.post(routes.raiseLimit.getRoutingPath(), (c) => postRaise(c, deps));
}

async function postRaise(c: Context<ApiEnv>, { database }: RouteDeps): Promise<Response> {
  const caller = c.get('caller');
  demand(caller, 'resolve');
  const params = routes.params.safeParse(c.req.param());
  if (!params.success) throw new Problem('invalid_id');
  const parsed = RaiseInput.safeParse(await readJson(c.req.raw));
  if (!parsed.success) throw invalid(parsed.error);
  const { scope, limit, to, reason } = parsed.data;
  const conversation = { tenant: caller.tenant, id: params.data.id };
  const { budgets, spending } = await look(database, conversation);
  const of = limitOf(budgets, spending.account.raised, scope, limit);
  if (of === undefined)
    throw new Problem('not_limited', { detail: `The agent has no limit "${limit}" for "${scope}".` });
  if (to < of) throw new Problem('limit_not_raised', { detail: `The limit is ${of} already.` });
  const subject = scope === 'tenantDay' ? spending.day : conversation.id;
  const actor = `key:${caller.id}`;
  const resolved = await raiseLimit(database, caller.tenant, { scope, subject, limit, to, actor, reason });
  const answer: PeopleWire['raised'] = { ...wireLimits(conversation, await look(database, conversation)), resolved };
  return c.json(answer, 200);
}

interface Look {
  readonly budgets: Budgets;
  readonly spending: ConversationSpending;
}

/** @throws Problem `not_found` */
async function look(database: Queryable, conversation: ConversationRef): Promise<Look> {
  const spending = await readSpending(database, conversation);
  if (spending === undefined) throw new Problem('not_found', { detail: 'There is no conversation with this id.' });
  const manifest = await findManifest(database, spending.agent, spending.revision);
  return { budgets: manifest?.budgets ?? {}, spending };
}

function wireLimits({ id }: ConversationRef, { budgets, spending }: Look): PeopleWire['limits'] {
  const { agent, day, account } = spending;
  const limits = SCOPES.flatMap((scope) =>
    LIMITS.flatMap((limit) => {
      const of = limitOf(budgets, account.raised, scope, limit);
      const declared = budgets[scope]?.[limit];
      if (of === undefined || declared === undefined) return [];
      return [{ scope, limit, of, declared, spent: account.spent[scope][limit] }];
    }),
  );
  return { conversationId: id, agent, day, limits };
}
