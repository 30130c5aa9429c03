/** The routes for calls that wait for an operator's decision. */
import { createRoute, z } from '@hono/zod-openapi';
import * as schemas from './approval-schemas.ts';
import { json, limit, problems, security } from './routes.ts';

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

export const approvalParams = z.object({ id: z.uuid() });

export const decideApproval = createRoute({
  method: 'post',
  path: '/v1/approvals/{id}/decision',
  summary: 'Say yes or no to a call that waits, or change it and say yes. The first decision counts.',
  security,
  request: {
    params: approvalParams,
    body: { required: true, content: { 'application/json': { schema: schemas.DecisionInput } } },
  },
  responses: { 200: json(schemas.Approval, 'It is decided; the conversation goes on with it.'), ...problems },
});
