/** The wire format of what people do where the agent cannot go on by itself: escalations and limits. */
import { z } from '@hono/zod-openapi';
import { MESSAGE_ID_PATTERN } from '../core/conversation.ts';
import { ESCALATION_REASONS, ESCALATION_STATUSES } from '../core/escalation.ts';
import { HandBackFields } from '../guardrails/input/hand-back.ts';
import { Failure, LimitName, LimitScope, reason, Time } from './schemas.ts';

export const EscalationReason = z.enum(ESCALATION_REASONS).openapi('EscalationReason', {
  description:
    'failure: something did not work; budget: a limit was reached; guardrail: it stopped a message or a reply; refusal: the model would not answer; ' +
    'customer_asked: the customer wants a person; low_confidence: the agent is not sure enough; high_stakes: too much depends on it; approval: a call waits ' +
    'for a yes; repetition: it goes in circles; sentiment: the customer is upset; operator: a person took it.',
});
export const EscalationStatus = z.enum(ESCALATION_STATUSES).openapi('EscalationStatus');

const HandBackDocument = z.strictObject(HandBackFields).openapi('HandBack');
export const HandBackInput = z
  .strictObject({
    ...HandBackFields,
    seenSeq: z.int().min(0).max(2_147_483_647).optional().openapi({
      description: 'The last message the person had seen: a later one is answered at once. Absent: all of them.',
    }),
  })
  .openapi('HandBackInput');
export const ClaimInput = z
  .strictObject({ take: z.boolean().optional().openapi({ description: 'From whoever has it; takes a supervisor.' }) })
  .openapi('ClaimInput');
export const OperatorMessageInput = z
  .strictObject({ messageId: z.string().regex(MESSAGE_ID_PATTERN), text: z.string() })
  .openapi('OperatorMessageInput');
export const EscalateInput = z
  .strictObject({ reason: z.enum(['customer_asked', 'operator']), note: reason.optional() })
  .openapi('EscalateInput');

export const Escalation = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    turn: z.int().openapi({ description: 'The first turn that ended with it.' }),
    reason: EscalationReason,
    failure: Failure.nullable(),
    note: z.string().nullable().openapi({ description: 'Why somebody asked for a person.' }),
    status: EscalationStatus.openapi({ description: 'While it is open, a person owns the conversation.' }),
    openedAt: Time,
    resolvedAt: Time.nullable(),
    resolution: z.object({ actor: z.string(), note: z.string() }).nullable(),
    claimedBy: z.string().nullable().openapi({ description: 'key:<id>' }),
    claimedAt: Time.nullable(),
    claimUntil: Time.nullable().openapi({ description: 'From then on somebody else may claim it.' }),
    handBack: HandBackDocument.nullable(),
  })
  .openapi('Escalation');
export const EscalationList = z.object({ escalations: z.array(Escalation) }).openapi('EscalationList');

export const EscalationNote = z
  .strictObject({ note: reason.openapi({ description: 'What was done; kept in the audit log.' }) })
  .openapi('EscalationNote');

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
  readonly handBackInput: z.infer<typeof HandBackInput>;
  readonly escalateInput: z.infer<typeof EscalateInput>;
  readonly escalation: z.infer<typeof Escalation>;
  readonly escalationList: z.infer<typeof EscalationList>;
  readonly limits: z.infer<typeof Limits>;
  readonly raiseInput: z.infer<typeof RaiseInput>;
  readonly raised: z.infer<typeof Raised>;
}
