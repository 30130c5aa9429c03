/**
 * The Temporal door for operators: whoever may signal a workflow may name any operator, so it is Postgres that says whether that
 * one exists, may own conversations, and has claimed this one.
 */
import { z } from 'zod';
import type { OperatorSignal } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { writeAudit } from '../db/audit.ts';
import { findEscalation } from '../db/escalations.ts';
import { findKeyById, OWNERS } from '../db/keys.ts';
import { claimEscalation, handBack } from '../db/ownership.ts';
import { parseHandBack } from '../guardrails/input/hand-back.ts';
import type { ActivityDependencies } from './dependencies.ts';

const Claim = z.object({ escalationId: z.uuid(), operator: z.string().max(100) });
const Return = Claim.extend({ document: z.unknown(), seenSeq: z.int().min(0).max(2_147_483_647).optional() });

type Answer = { readonly accepted: boolean; readonly closed: boolean };
const REFUSED: Answer = { accepted: false, closed: false };

export function receiveFromOperator({ database }: ActivityDependencies) {
  return async (conversation: ConversationRef, { kind, request }: OperatorSignal): Promise<Answer> => {
    const { tenant } = conversation;
    const parsed = (kind === 'claim' ? Claim : Return).safeParse(request);
    if (!parsed.success) return refuse(conversation, kind, 'validation_failed');
    const { escalationId, operator } = parsed.data;
    const unfit = await whyNot(conversation, escalationId, operator);
    if (unfit !== undefined) return refuse(conversation, kind, unfit, escalationId);
    const actor = `key:${operator}`;
    if (kind === 'claim') {
      const claimed = await claimEscalation(database, tenant, escalationId, actor, false);
      return 'refused' in claimed ? REFUSED : { accepted: true, closed: false };
    }
    const { document, seenSeq } = parsed.data as z.infer<typeof Return>;
    const written = parseHandBack(document);
    if (written === undefined) return refuse(conversation, kind, 'validation_failed', escalationId);
    const returned = await handBack(database, tenant, escalationId, actor, written, { seenSeq, via: 'signal' });
    return 'refused' in returned ? REFUSED : { accepted: true, closed: written.resume === 'close' };
  };

  async function whyNot({ tenant, id }: ConversationRef, escalationId: string, operator: string) {
    const key = await findKeyById(database, operator);
    if (key === undefined || key.tenant !== tenant) return 'unknown_operator';
    if (!key.roles.some((role) => OWNERS.includes(role))) return 'forbidden';
    const escalation = await findEscalation(database, tenant, escalationId);
    return escalation?.conversation === id ? undefined : 'not_found';
  }

  async function refuse(
    { tenant, id }: ConversationRef,
    kind: OperatorSignal['kind'],
    code: string,
    escalation?: string,
  ): Promise<Answer> {
    await writeAudit(database, {
      ...{ tenant, actor: 'signal', subject: `conversation:${id}` },
      action: kind === 'claim' ? 'escalation.claimed.refused' : 'escalation.handed_back.refused',
      detail: { code, ...(escalation === undefined ? {} : { escalation }) },
    });
    return REFUSED;
  }
}
