/** The wire format of what people do where the agent cannot go on by itself: escalations and limits. */
import { z } from '@hono/zod-openapi';
import { ESCALATION_REASONS, ESCALATION_STATUSES } from '../core/escalation.ts';
import { HELD_STATUSES } from '../db/held-calls.ts';
import { Failure, LimitName, LimitScope, reason, Time } from './schemas.ts';

export const EscalationReason = z.enum(ESCALATION_REASONS).openapi('EscalationReason', {
  description:
    'failure: something did not work; budget: a limit was reached; guardrail: it stopped a message or a reply; refusal: the model would not answer.',
});
export const EscalationStatus = z.enum(ESCALATION_STATUSES).openapi('EscalationStatus');

export const Escalation = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    turn: z.int().openapi({ description: 'The first turn that ended with it.' }),
    reason: EscalationReason,
    failure: Failure.nullable(),
    status: EscalationStatus,
    openedAt: Time,
    resolvedAt: Time.nullable(),
    resolution: z.object({ actor: z.string(), note: z.string() }).nullable(),
  })
  .openapi('Escalation');
export const EscalationList = z.object({ escalations: z.array(Escalation) }).openapi('EscalationList');

export const EscalationNote = z
  .strictObject({ note: reason.openapi({ description: 'What was done; kept in the audit log.' }) })
  .openapi('EscalationNote');

export const ApprovalStatus = z.enum(HELD_STATUSES).openapi('ApprovalStatus');
export const Approval = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    turn: z.int(),
    tool: z.string(),
    arguments: z.string().openapi({ description: 'JSON, as the model wrote it.' }),
    action: z.string().openapi({ description: 'The call in plain words.' }),
    rule: z.string().openapi({ description: 'The rule that asks for a person.' }),
    reason: z.string(),
    revision: z.string(),
    status: ApprovalStatus,
    heldAt: Time,
    expiresAt: Time,
  })
  .openapi('Approval');
export const ApprovalList = z.object({ approvals: z.array(Approval) }).openapi('ApprovalList');

const Limit = z
  .object({
    scope: LimitScope,
    limit: LimitName,
    of: z.number().openapi({ description: 'What counts now.' }),
    declared: z.number().openapi({ description: 'What the agent says; less than "of" where somebody raised it.' }),
    spent: z.number().openapi({ description: 'So far; of a turn: of the one under way.' }),
  })
  .openapi('Limit');

const limitsFields = {
  conversationId: z.string(),
  agent: z.string(),
  day: z.iso.date().openapi({ description: 'Today, in UTC.' }),
  limits: z.array(Limit),
};
export const Limits = z.object(limitsFields).openapi('Limits');

export const RaiseInput = z
  .strictObject({
    scope: LimitScope.openapi({ description: 'tenantDay: for today, for all conversations of the tenant.' }),
    limit: LimitName,
    to: z.number().positive().max(1e12),
    reason,
  })
  .openapi('RaiseInput');
export const Raised = z
  .object({ ...limitsFields, resolved: z.int().openapi({ description: 'Escalations that waited for this.' }) })
  .openapi('Raised');

/** What the client calls these. */
export interface PeopleWire {
  readonly escalation: z.infer<typeof Escalation>;
  readonly escalationList: z.infer<typeof EscalationList>;
  readonly approval: z.infer<typeof Approval>;
  readonly approvalList: z.infer<typeof ApprovalList>;
  readonly limits: z.infer<typeof Limits>;
  readonly raiseInput: z.infer<typeof RaiseInput>;
  readonly raised: z.infer<typeof Raised>;
}
