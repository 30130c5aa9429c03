/** The wire format of calls that wait for an operator's decision, and of the decision. */
import { z } from '@hono/zod-openapi';
import { DECISIONS } from '../db/approvals.ts';
import { HELD_STATUSES } from '../db/held-calls.ts';
import { reason, Time } from './schemas.ts';

export const ApprovalStatus = z.enum(HELD_STATUSES).openapi('ApprovalStatus', {
  description: 'granted: it runs, or has run; lapsed: nobody decided in time.',
});

export const Approval = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    turn: z.int(),
    tool: z.string(),
    arguments: z.string().openapi({ description: 'JSON: what runs, or ran, where it is granted.' }),
    action: z.string().openapi({ description: 'The call in plain words.' }),
    rule: z.string().openapi({ description: 'The rule that asks for a person.' }),
    reason: z.string(),
    revision: z.string(),
    status: ApprovalStatus,
    heldAt: Time,
    expiresAt: Time,
    decidedBy: z.string().nullable().openapi({ description: 'key:<id>' }),
    decidedAt: Time.nullable(),
    decisionReason: z.string().nullable(),
    askedArguments: z.string().nullable().openapi({ description: 'What the model asked for, where it was edited.' }),
    outcome: z
      .string()
      .nullable()
      .openapi({ description: 'What came of a granted call: "done", "failed", …; null: it has not run yet.' }),
  })
  .openapi('Approval');
export const ApprovalList = z.object({ approvals: z.array(Approval) }).openapi('ApprovalList');

export const DecisionInput = z
  .strictObject({
    decision: z.enum(DECISIONS).openapi({ description: 'edit: it runs with other arguments.' }),
    arguments: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: 'With "edit", and only then: all of them, in place of what the model asked for.' }),
    reason: reason.openapi({ description: 'Kept in the audit log; of a denial and of an edit, the agent reads it.' }),
  })
  .refine((input) => (input.decision === 'edit') === (input.arguments !== undefined), {
    path: ['arguments'],
    message: 'come with "edit", and only then',
  })
  .openapi('DecisionInput');

/** What the client calls these. */
export interface ApprovalWire {
  readonly approval: z.infer<typeof Approval>;
  readonly approvalList: z.infer<typeof ApprovalList>;
  readonly decisionInput: z.infer<typeof DecisionInput>;
}
