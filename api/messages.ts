/** Sending messages and reading the transcript. */
import type { Context } from 'hono';
import { type ConversationRef, ID_PATTERN } from '../core/conversation.ts';
import { isOver } from '../db/conversations.ts';
import { type Acceptance, acceptMessage } from '../db/inbox.ts';
import { placeAt, readInOrder } from '../db/read-in-order.ts';
import { BEGINNING, readMessages } from '../db/read-transcript.ts';
import { type FinishedTurn, findTurn } from '../db/turn-waiters.ts';
import { EngineUnavailable } from '../engine/conversations.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import { RETRY_SECONDS } from './failures.ts';
import { checkText } from './message-text.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import * as routes from './routes.ts';
import { MessageInput, type Wire } from './schemas.ts';
import { invalid, wireEntry } from './wire.ts';

export function addMessages(app: ApiApp, deps: RouteDeps): void {
  // Sending is the call that has to be cheap: it reads its own body (the encoding has to be checked on the bytes) and
  // spares the library's validators; the route only describes it.
  app.openAPIRegistry.registerPath(routes.postMessage);
  app.post(routes.postMessage.getRoutingPath(), (c) => postMessage(c, deps));

  app.openapi(routes.getMessages, async (c) => {
    const caller = c.get('caller');
    const { after = BEGINNING, limit, include } = c.req.valid('query');
    demand(caller, include === 'all' ? 'inspect' : 'read');
    const conversation = { tenant: caller.tenant, id: c.req.valid('param').id };
    const entries =
      include === 'all'
        ? (await readInOrder(deps.database, conversation, await placeAt(deps.database, conversation, after), limit))
            .entries
        : await readMessages(deps.database, conversation, after, limit);
    if (entries.length === 0) await mustExist(deps, conversation);
    const next = entries.length < limit ? null : (entries.at(-1)?.position ?? null);
    return c.json({ conversationId: conversation.id, messages: entries.map(wireEntry), next }, 200);
  });
}

/**
 * @returns whether the conversation is over, see `isOver`
 * @throws Problem `not_found`, which is all that is said of another tenant's conversation
 */
export async function mustExist(deps: RouteDeps, conversation: ConversationRef): Promise<boolean> {
  const over = await isOver(deps.database, conversation);
  if (over === undefined) throw new Problem('not_found', { detail: `There is no conversation "${conversation.id}".` });
  return over;
}

async function postMessage(c: Context<ApiEnv>, deps: RouteDeps): Promise<Response> {
  const caller = c.get('caller');
  demand(caller, 'send');
  const id = c.req.param('id') ?? '';
  if (!ID_PATTERN.test(id)) throw new Problem('invalid_id');
  const wait = waitOf(c.req.queries('wait'));
  const parsed = MessageInput.safeParse(await readJson(c.req.raw));
  if (!parsed.success) throw invalid(parsed.error);
  const input = parsed.data;
  checkText(input.text);
  const conversation = { tenant: caller.tenant, id };
  if (wait === undefined) return take(c, deps, conversation, input, undefined);
  const ended = deps.waits.begin(caller.id);
  try {
    return await take(c, deps, conversation, input, wait);
  } finally {
    ended();
  }
}

/** @param wait how long the request may be held, in milliseconds; `undefined`: not at all */
async function take(
  c: Context<ApiEnv>,
  deps: RouteDeps,
  conversation: ConversationRef,
  { messageId, text, agent, customer }: Wire['messageInput'],
  wait: number | undefined,
): Promise<Response> {
  const acceptance = await acceptMessage(
    deps.database,
    conversation,
    {
      messageId,
      text,
      ...(agent === undefined ? {} : { agent }),
      ...(customer === undefined ? {} : { customer: customerOf(customer) }),
    },
    'api',
  );
  if (acceptance.kind !== 'accepted') throw refusal(acceptance);
  const { seq, duplicate } = acceptance;
  const accepted: Wire['accepted'] = { conversationId: conversation.id, messageId, seq, duplicate };

  if (duplicate) {
    // The turn may be long over; a nudge would then start a run for nothing.
    const before = await findTurn(deps.database, conversation, seq);
    if (before !== undefined) return wait === undefined ? c.json(accepted, 202) : c.json(turnOf(accepted, before), 200);
  }
  if (wait === undefined) {
    await nudge(deps, conversation, seq);
    return c.json(accepted, 202);
  }
  const gone = new AbortController();
  c.req.raw.signal.addEventListener('abort', () => gone.abort());
  // Those who wait are registered before the nudge, so that the end of the turn cannot come before them.
  const turn = deps.events.waitForTurn(conversation, seq, { timeoutMs: wait, signal: gone.signal });
  await nudge(deps, conversation, seq).catch((error: unknown) => {
    gone.abort();
    throw error;
  });
  const finished = await turn;
  return finished === undefined ? c.json(accepted, 202) : c.json(turnOf(accepted, finished), 200);
}

async function nudge(deps: RouteDeps, conversation: ConversationRef, seq: number): Promise<void> {
  try {
    await deps.conversations.nudge(conversation, seq > 1);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    throw new Problem('engine_unavailable', {
      detail: 'The message is stored and will be answered when Temporal is back.',
      members: { kept: true, seq },
      retryAfterSeconds: RETRY_SECONDS,
    });
  }
}

function waitOf(given: readonly string[] | undefined): number | undefined {
  if (given === undefined) return undefined;
  const parsed = routes.Wait.safeParse(given[0]);
  if (parsed.success && given.length === 1) return parsed.data;
  throw new Problem('validation_failed', {
    members: { errors: [{ path: 'wait', message: 'must be like 30s or 500ms, and given once' }] },
  });
}

function customerOf({ id, claims }: Wire['customer']) {
  return claims === undefined ? { id } : { id, claims };
}

function turnOf({ conversationId, messageId }: Wire['accepted'], turn: FinishedTurn): Wire['turn'] {
  const { seq, outcome, reply, confidence, failure, escalationId } = turn;
  return {
    conversationId,
    messageId,
    seq,
    turn: turn.turn,
    outcome,
    reply,
    confidence,
    failure: failure?.kind ?? null,
    ...(escalationId === null ? {} : { escalationId }),
  };
}

function refusal(acceptance: Exclude<Acceptance, { kind: 'accepted' }>): Problem {
  switch (acceptance.kind) {
    case 'unknown_agent': {
      const { agent, known } = acceptance;
      const list = known.length === 0 ? 'none is registered: is a worker running?' : `known are ${known.join(', ')}.`;
      return new Problem('unknown_agent', { detail: `There is no agent "${agent}"; ${list}`, members: { known } });
    }
    case 'agent_mismatch':
      return new Problem('agent_mismatch', { detail: `The conversation is with "${acceptance.agent}".` });
    case 'message_id_reused':
      return new Problem('message_id_reused', { members: { seq: acceptance.seq } });
    case 'conversation_closed':
    case 'agent_required':
    case 'customer_required':
    case 'customer_mismatch':
      return new Problem(acceptance.kind);
  }
}
