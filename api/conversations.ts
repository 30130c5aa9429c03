/** Looking at conversations and closing them. */

import { ID_PATTERN } from '../core/conversation.ts';
import { closeConversation } from '../db/closing.ts';
import {
  type ConversationCursor,
  type ConversationDetail,
  type ConversationSummary,
  findConversation,
  listConversations,
} from '../db/conversations.ts';
import { readTrace, type TracedTurn } from '../db/read-trace.ts';
import { EngineUnavailable } from '../engine/conversations.ts';
import { limitBody } from './body.ts';
import type { ApiApp, RouteDeps } from './deps.ts';
import { mustExist } from './messages.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import * as routes from './routes.ts';
import type { Wire } from './schemas.ts';

export function addConversations(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.listConversations, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'read');
    const { after, limit, status, agent } = c.req.valid('query');
    const page = await listConversations(deps.database, caller.tenant, {
      limit,
      ...(status === undefined ? {} : { status }),
      ...(agent === undefined ? {} : { agent }),
      ...(after === undefined ? {} : { after: decodeCursor(after) }),
    });
    const next = page.next === null ? null : encodeCursor(page.next);
    return c.json({ conversations: page.conversations.map(wireSummary), next }, 200);
  });

  app.openapi(routes.getConversation, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'read');
    const found = await mustFind(deps, caller.tenant, c.req.valid('param').id);
    return c.json({ ...wireSummary(found), tenant: caller.tenant, costUsd: found.costUsd }, 200);
  });

  app.openapi(routes.getTrace, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'inspect');
    const { id } = c.req.valid('param');
    const { after = -1, limit } = c.req.valid('query');
    const { agent, revision, costUsd } = await mustFind(deps, caller.tenant, id);
    const { turns, next } = await readTrace(deps.database, { tenant: caller.tenant, id }, after, limit);
    return c.json({ conversationId: id, agent, revision, costUsd, turns: turns.map(wireTurn), next }, 200);
  });

  app.use(routes.closeConversation.getRoutingPath(), limitBody);
  app.openapi(routes.closeConversation, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'close');
    const conversation = { tenant: caller.tenant, id: c.req.valid('param').id };
    await mustExist(deps, conversation);
    const reason = c.req.valid('json').reason ?? 'closed on request';
    await closeConversation(deps.database, conversation, reason, `key:${caller.id}`);
    // Closed is what Postgres says. The run only ends a little earlier for being told, so it may miss the news.
    await deps.conversations.close(conversation, reason).catch((error: unknown) => {
      if (!(error instanceof EngineUnavailable)) throw error;
    });
    return c.json({ conversationId: conversation.id, status: 'closed' as const }, 200);
  });
}

async function mustFind(deps: RouteDeps, tenant: string, id: string): Promise<ConversationDetail> {
  const found = await findConversation(deps.database, { tenant, id });
  if (found === undefined) throw new Problem('not_found', { detail: `There is no conversation "${id}".` });
  return found;
}

function wireSummary(conversation: ConversationSummary): Wire['conversationSummary'] {
  const { id, agent, revision, status, customer, createdAt, closedAt, closeReason, turns, waiting } = conversation;
  return {
    id,
    agent,
    revision,
    status,
    customer,
    createdAt: createdAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
    closeReason,
    turns,
    waiting,
  };
}

/** Times become text; everything else is on the wire as it is in the ledger. */
function wireTurn(turn: TracedTurn): Wire['trace']['turns'][number] {
  return {
    ...turn,
    message: turn.message === null ? null : iso(turn.message),
    steps: turn.steps.map(({ toolCalls, tools, ...step }) => ({
      ...iso(step),
      toolCalls: [...toolCalls],
      tools: tools.map(iso),
    })),
    pending: turn.pending.map((call) => ({ ...call, leaseUntil: call.leaseUntil.toISOString() })),
    end: turn.end === null ? null : iso(turn.end),
  };
}

function iso<T extends { readonly at: Date }>({ at, ...rest }: T) {
  return { ...rest, at: at.toISOString() };
}

function encodeCursor({ atMicros, id }: ConversationCursor): string {
  return Buffer.from(`${atMicros} ${id}`).toString('base64url');
}

/** @throws Problem for everything that `encodeCursor` cannot have made */
function decodeCursor(text: string): ConversationCursor {
  const [micros, id = ''] = Buffer.from(text, 'base64url').toString().split(' ');
  const cursor = { atMicros: Number(micros), id };
  const possible = Number.isSafeInteger(cursor.atMicros) && cursor.atMicros >= 0 && ID_PATTERN.test(id);
  if (possible && encodeCursor(cursor) === text) return cursor;
  throw new Problem('validation_failed', {
    detail: 'after: is not the "next" of a page.',
    members: { errors: [{ path: 'after', message: 'is not the "next" of a page' }] },
  });
}
