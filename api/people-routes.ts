/** The routes for people who go on where the agent cannot: escalations, approvals and limits. */
import { createRoute, z } from '@hono/zod-openapi';
import * as schemas from './people-schemas.ts';
import { json, limit, params, problems, security } from './routes.ts';
import { Accepted } from './schemas.ts';

export { params };

export const listEscalations = createRoute({
  method: 'get',
  path: '/v1/escalations',
  summary: 'Conversations in which a person is needed, the oldest first.',
  security,
  request: {
    query: z.object({
      status: schemas.EscalationStatus.default('open'),
      reason: schemas.EscalationReason.optional(),
      limit: limit(1_000, 200),
    }),
  },
  responses: { 200: json(schemas.EscalationList, 'The oldest of them.'), ...problems },
});

export const escalationParams = z.object({ id: z.uuid() });

export const getEscalation = createRoute({
  method: 'get',
  path: '/v1/escalations/{id}',
  summary: 'One escalation.',
  security,
  request: { params: escalationParams },
  responses: { 200: json(schemas.Escalation, 'The escalation.'), ...problems },
});

export const resolveEscalation = createRoute({
  method: 'post',
  path: '/v1/escalations/{id}/resolve',
  summary: 'Say that somebody has seen to it. What is resolved stays as it was resolved first.',
  security,
  request: {
    params: escalationParams,
    body: { required: true, content: { 'application/json': { schema: schemas.EscalationNote } } },
  },
  responses: { 200: json(schemas.Escalation, 'It is resolved.'), ...problems },
});

const posts = <S extends z.ZodType>(schema: S) => ({
  params: escalationParams,
  body: { required: true, content: { 'application/json': { schema } } },
});

export const claimEscalation = createRoute({
  method: 'post',
  path: '/v1/escalations/{id}/claim',
  summary: 'Take the conversation: from now on it is yours to answer. Claimed by you already, the claim is renewed.',
  security,
  request: posts(schemas.ClaimInput),
  responses: { 200: json(schemas.Escalation, 'It is yours.'), ...problems },
});

export const releaseEscalation = createRoute({
  method: 'post',
  path: '/v1/escalations/{id}/release',
  summary: 'Give the conversation up: somebody else may claim it.',
  security,
  request: posts(z.strictObject({})),
  responses: { 200: json(schemas.Escalation, 'Nobody owns it.'), ...problems },
});

export const postOperatorMessage = createRoute({
  method: 'post',
  path: '/v1/escalations/{id}/messages',
  summary: 'Write to the customer, in the order of the conversation and through the output guardrails.',
  security,
  request: posts(schemas.OperatorMessageInput),
  responses: { 202: json(Accepted, 'It is stored and will be sent.'), ...problems },
});

export const handBack = createRoute({
  method: 'post',
  path: '/v1/escalations/{id}/hand-back',
  summary: 'Give the conversation back to the agent, with what was done and what holds from now on.',
  security,
  request: posts(schemas.HandBackInput),
  responses: { 200: json(schemas.Escalation, 'It is handed back.'), ...problems },
});

export const escalate = createRoute({
  method: 'post',
  path: '/v1/conversations/{id}/escalate',
  summary: 'A person owns the conversation from now on. A service does this when the customer asks for one.',
  security,
  request: { params, body: { required: true, content: { 'application/json': { schema: schemas.EscalateInput } } } },
  responses: { 201: json(schemas.Escalation, 'The escalation.'), ...problems },
});

export const getLimits = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/limits',
  summary: "What the conversation, its turn and its tenant's day may take, and took.",
  security,
  request: { params },
  responses: { 200: json(schemas.Limits, 'Only what the agent limits.'), ...problems },
});

export const raiseLimit = createRoute({
  method: 'post',
  path: '/v1/conversations/{id}/limits',
  summary: 'Raise a limit, for this conversation or for the day. Open escalations that waited for it are resolved.',
  security,
  request: { params, body: { required: true, content: { 'application/json': { schema: schemas.RaiseInput } } } },
  responses: { 200: json(schemas.Raised, 'The limits now; the next call goes by them.'), ...problems },
});
