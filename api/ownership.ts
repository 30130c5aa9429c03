/** What an operator does with a conversation that is theirs: take it, answer in it, give it up, hand it back. */
import type { Context } from 'hono';
import type { z } from 'zod';
import { type ConversationRef, ID_PATTERN } from '../core/conversation.ts';
import type { Escalation } from '../db/escalations.ts';
import {
  addOperatorMessage,
  claimEscalation,
  escalateNow,
  handBack,
  type OwnershipRefusal,
  type Refused,
  releaseEscalation,
} from '../db/ownership.ts';
import { EngineUnavailable } from '../engine/conversations.ts';
import { fits, handBackOf } from '../guardrails/input/hand-back.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import { wireEscalation } from './escalations.ts';
import { checkText } from './message-text.ts';
import { mustExist } from './messages.ts';
import * as routes from './people-routes.ts';
import * as schemas from './people-schemas.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import type { Wire } from './schemas.ts';
import { invalid } from './wire.ts';

export function addOwnership(app: ApiApp, deps: RouteDeps): void {
  // They read their own bodies: the encoding has to be checked on the bytes, and whoever may not learns that first.
  const post = (route: { getRoutingPath(): string }, handler: (c: Context<ApiEnv>) => Promise<Response>) =>
    app.post(route.getRoutingPath(), handler);
  for (const route of [routes.claimEscalation, routes.releaseEscalation, routes.postOperatorMessage]) {
    app.openAPIRegistry.registerPath(route);
  }
  app.openAPIRegistry.registerPath(routes.handBack);
  app.openAPIRegistry.registerPath(routes.escalate);

  post(routes.claimEscalation, async (c) => {
    const { tenant, actor, id } = ownerOf(c);
    const { take = false } = await bodyOf(c, schemas.ClaimInput);
    if (take) demand(c.get('caller'), 'force');
    return c.json(owned(await claimEscalation(deps.database, tenant, id, actor, take)), 200);
  });
  post(routes.releaseEscalation, async (c) => {
    const { tenant, actor, id } = ownerOf(c);
    return c.json(owned(await releaseEscalation(deps.database, tenant, id, actor)), 200);
  });
  post(routes.postOperatorMessage, async (c) => {
    const { tenant, actor, id } = ownerOf(c);
    const message = await bodyOf(c, schemas.OperatorMessageInput);
    checkText(message.text);
    const added = await addOperatorMessage(deps.database, tenant, id, actor, message);
    if ('refused' in added) throw refusalOf(added.refused);
    const { conversation, seq, duplicate } = added;
    await wake(deps, { tenant, id: conversation });
    const accepted: Wire['accepted'] = {
      conversationId: conversation,
      messageId: message.messageId,
      seq,
      duplicate,
    };
    return c.json(accepted, 202);
  });
  post(routes.handBack, async (c) => {
    const { tenant, actor, id } = ownerOf(c);
    const { seenSeq, ...document } = await bodyOf(c, schemas.HandBackInput);
    const written = handBackOf(document);
    if (!fits(written)) {
      throw new Problem('validation_failed', {
        members: { errors: [{ path: '', message: 'is longer than 20,000 characters: it stands in every prompt' }] },
      });
    }
    const returned = await handBack(deps.database, tenant, id, actor, written, { seenSeq, via: 'api' });
    const escalation = owned(returned);
    const conversation = { tenant, id: escalation.conversationId };
    if (written.resume === 'close') await close(deps, conversation);
    else await wake(deps, conversation);
    return c.json(escalation, 200);
  });
  post(routes.escalate, async (c) => {
    const caller = c.get('caller');
    const id = c.req.param('id') ?? '';
    demand(caller, 'close');
    if (!ID_PATTERN.test(id)) throw new Problem('invalid_id');
    const { reason, note } = await bodyOf(c, schemas.EscalateInput);
    const conversation = { tenant: caller.tenant, id };
    await mustExist(deps, conversation);
    const opened = await escalateNow(deps.database, conversation, { reason, note, actor: `key:${caller.id}` });
    if (opened === undefined) throw new Problem('conversation_closed');
    return c.json(wireEscalation(opened), 201);
  });
}

function ownerOf(c: Context<ApiEnv>): { readonly tenant: string; readonly actor: string; readonly id: string } {
  const caller = c.get('caller');
  demand(caller, 'own');
  const params = routes.escalationParams.safeParse(c.req.param());
  if (!params.success) throw new Problem('invalid_id');
  return { tenant: caller.tenant, actor: `key:${caller.id}`, id: params.data.id };
}

/** @throws Problem `validation_failed` */
async function bodyOf<S extends z.ZodType>(c: Context<ApiEnv>, schema: S): Promise<z.infer<S>> {
  const parsed = schema.safeParse(await readJson(c.req.raw));
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

/** @throws Problem */
function owned(changed: Escalation | Refused) {
  if ('refused' in changed) throw refusalOf(changed.refused);
  return wireEscalation(changed);
}

function refusalOf(code: OwnershipRefusal): Problem {
  return code === 'not_found'
    ? new Problem('not_found', { detail: 'There is no escalation with this id.' })
    : new Problem(code);
}

/** What is stored is attended to when Temporal is back, too: the sweeper sees to it. */
async function wake(deps: RouteDeps, conversation: ConversationRef): Promise<void> {
  try {
    await deps.conversations.nudge(conversation, true);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    deps.log.warn({ ...conversation, err: error }, 'a conversation could not be woken; the sweeper tries again');
  }
}

/** The row says that it is closed; the run ends sooner or later. */
async function close(deps: RouteDeps, conversation: ConversationRef): Promise<void> {
  try {
    await deps.conversations.close(conversation, 'handed back to be closed');
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    deps.log.warn({ ...conversation, err: error }, 'a closed conversation could not be told to end');
  }
}
