/** The routes for people who go on where the agent cannot: escalations, approvals and limits. */
import { createRoute, z } from '@hono/zod-openapi';
import * as schemas from './people-schemas.ts';
import { json, limit, params, problems, security } from './routes.ts';

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

export const listApprovals = createRoute({
  method: 'get',
  path: '/v1/approvals',
  summary: 'Tool calls that an operator has to decide about, the oldest first.',
  security,
  request: {
    query: z.object({ status: schemas.ApprovalStatus.default('pending'), limit: limit(1_000, 200) }),
  },
  responses: { 200: json(schemas.ApprovalList, 'The oldest of them.'), ...problems },
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
