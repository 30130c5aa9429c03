/** Ends a turn that got no answer from the model: the customer hears why, in plain words. */
import type { CloseTurnInput, TurnClosed } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { FAILURES, sentenceFor } from '../core/failure.ts';
import { closeFailed } from '../db/turns.ts';
import type { ActivityDependencies } from './dependencies.ts';

export function closeTurn(deps: ActivityDependencies) {
  return async (conversation: ConversationRef, input: CloseTurnInput): Promise<TurnClosed> => {
    const { kind, limit } = input.failure;
    // A tenant that is out of budget for the day concerns every conversation of it.
    const pages = FAILURES[kind].pages || limit?.scope === 'tenantDay';
    const say = input.say ?? sentenceFor(input.failure);
    const ended = await closeFailed(deps.database, conversation, input.turn, input.outcome, say, input.failure);
    const { now, ...closed } = ended;
    // Made again after a lost workflow task, it pages nobody twice.
    if (!now) return closed;
    const where = { tenant: conversation.tenant, conversation: conversation.id, turn: input.turn };
    const message = `a turn ended as ${input.outcome}`;
    if (pages) deps.log.error({ ...where, kind: input.failure.kind, why: input.failure.message }, message);
    else deps.log.warn({ ...where, kind: input.failure.kind }, message);
    return closed;
  };
}
