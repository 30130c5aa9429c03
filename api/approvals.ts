/** Tool calls that wait for an operator's decision, and the decision. */
import type { Context } from 'hono';
import { findManifest } from '../db/agents.ts';
import {
  type Approval,
  type DecisionInput,
  type DecisionRefusal,
  decideApproval,
  findHeldTool,
  listApprovals,
} from '../db/approvals.ts';
import { writeAudit } from '../db/audit.ts';
import { EngineUnavailable } from '../engine/conversations.ts';
import * as routes from './approval-routes.ts';
import { type ApprovalWire, DecisionInput as Input } from './approval-schemas.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import { editedCall } from './edited-call.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import { invalid } from './wire.ts';

export function addApprovals(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.listApprovals, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'resolve');
    const found = await listApprovals(deps.database, caller.tenant, c.req.valid('query'));
    return c.json({ approvals: found.map(wireApproval) }, 200);
  });
  // Reads its own body: the encoding has to be checked on the bytes, and whoever may not decide learns that first.
  app.openAPIRegistry.registerPath(routes.decideApproval);
  app.post(routes.decideApproval.getRoutingPath(), (c) => postDecision(c, deps));
}

async function postDecision(c: Context<ApiEnv>, deps: RouteDeps): Promise<Response> {
  const { id: key, tenant } = c.get('caller');
  const actor = `key:${key}`;
  const params = routes.approvalParams.safeParse(c.req.param());
  if (!params.success) throw new Problem('invalid_id');
  const { id } = params.data;
  const refused = (error: unknown) => auditRefusal(deps, { tenant, actor, id }, error);
  const input = await Promise.resolve()
    .then(async () => {
      demand(c.get('caller'), 'decide');
      const parsed = Input.safeParse(await readJson(c.req.raw));
      if (!parsed.success) throw invalid(parsed.error);
      return decisionOf(deps, { tenant, actor, id }, parsed.data);
    })
    .catch(refused);
  const decided = await decideApproval(deps.database, tenant, id, input);
  if (decided.kind !== 'decided') throw refusalOf(decided.kind);
  await wake(deps, { tenant, id: decided.approval.conversation });
  return c.json(wireApproval(decided.approval), 200);
}

interface Deciding {
  readonly tenant: string;
  readonly actor: string;
  /** Of the held call. */
  readonly id: string;
}

/** @throws Problem `validation_failed` where the call may not be changed to this */
async function decisionOf(
  { database }: RouteDeps,
  { tenant, actor, id }: Deciding,
  { decision, arguments: given, reason }: ApprovalWire['decisionInput'],
): Promise<DecisionInput> {
  if (decision !== 'edit') return { decision, actor, reason };
  const held = await findHeldTool(database, tenant, id);
  if (held === undefined) throw refusalOf('not_found');
  const manifest = await findManifest(database, held.agent, held.revision);
  return { decision, actor, reason, ...editedCall({ tool: held.tool, manifest }, given ?? {}) };
}

/** Whoever tried what they may not, or tried it wrongly, stands in the audit log too. */
async function auditRefusal({ database }: RouteDeps, { tenant, actor, id }: Deciding, error: unknown): Promise<never> {
  if (error instanceof Problem) {
    const detail = { approval: id, code: error.code };
    await writeAudit(database, { tenant, actor, action: 'approval.refused', subject: `approval:${id}`, detail });
  }
  throw error;
}

function refusalOf(code: DecisionRefusal): Problem {
  return code === 'not_found'
    ? new Problem('not_found', { detail: 'There is no call with this id that waits for an operator.' })
    : new Problem(code);
}

/** What is decided is attended to when Temporal is back, too: the sweeper sees to it. */
async function wake(deps: RouteDeps, conversation: { readonly tenant: string; readonly id: string }): Promise<void> {
  try {
    await deps.conversations.nudge(conversation, true);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    deps.log.warn({ ...conversation, err: error }, 'a conversation could not be woken; the sweeper tries again');
  }
}

function wireApproval({ conversation, heldAt, expiresAt, decidedAt, ...rest }: Approval): ApprovalWire['approval'] {
  return {
    ...rest,
    conversationId: conversation,
    heldAt: heldAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    decidedAt: decidedAt?.toISOString() ?? null,
  };
}
