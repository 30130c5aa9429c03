/**
 * The Temporal door: a customer message that came as a signal is checked like one that came over HTTP and then written
 * into the same inbox, where its id makes it one message however often it was sent.
 */
import { z } from 'zod';
import { type ConversationRef, MESSAGE_ID_PATTERN, STORABLE_PATTERN } from '../core/conversation.ts';
import { writeAudit } from '../db/audit.ts';
import { acceptMessage, type IncomingMessage } from '../db/inbox.ts';
import { tenantExists } from '../db/tenants.ts';
import { textProblem } from '../guardrails/input/message-text.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify } from './failure.ts';

/** The same limits as over HTTP (`api/schemas.ts`). */
const storable = z.string().regex(STORABLE_PATTERN);
const name = storable.min(1).max(200);
const claims = z
  .record(storable.min(1).max(100), z.union([storable.max(2_000), z.number(), z.boolean()]))
  .refine((entries) => Object.keys(entries).length <= 50);
const message = z.strictObject({
  messageId: z.string().regex(MESSAGE_ID_PATTERN),
  text: z.string(),
  agent: name.optional(),
  customer: z.strictObject({ id: name, claims: claims.optional() }).optional(),
});

export function receiveMessage(deps: ActivityDependencies) {
  return async (conversation: ConversationRef, raw: unknown): Promise<{ readonly accepted: boolean }> => {
    const refusal = await receive(conversation, raw);
    if (refusal === undefined) return { accepted: true };
    await writeAudit(deps.database, {
      tenant: conversation.tenant,
      actor: 'signal',
      action: 'message.refused',
      subject: `conversation:${conversation.id}`,
      detail: { code: refusal },
    });
    return { accepted: false };
  };

  /** @returns the code of what is wrong with it, or `undefined` where it is in the inbox */
  async function receive(conversation: ConversationRef, raw: unknown): Promise<string | undefined> {
    const parsed = message.safeParse(raw);
    if (!parsed.success) return 'validation_failed';
    const problem = textProblem(parsed.data.text);
    if (problem !== undefined) return problem.code;
    if (!(await tenantExists(deps.database, conversation.tenant))) return 'unknown_tenant';
    try {
      const acceptance = await acceptMessage(deps.database, conversation, incoming(parsed.data), 'signal');
      return acceptance.kind === 'accepted' ? undefined : acceptance.kind;
    } catch (error) {
      // What the database refuses for what it is, it refuses every time.
      if (classify(error).kind !== 'internal') throw error;
      deps.log.error({ ...conversation, why: classify(error).message }, 'a message could not be stored');
      return 'internal';
    }
  }
}

function incoming({ messageId, text, agent, customer }: z.infer<typeof message>): IncomingMessage {
  return {
    messageId,
    text,
    ...(agent === undefined ? {} : { agent }),
    ...(customer === undefined
      ? {}
      : { customer: { id: customer.id, ...(customer.claims === undefined ? {} : { claims: customer.claims }) } }),
  };
}
