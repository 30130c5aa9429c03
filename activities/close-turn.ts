/** Ends a turn that got no answer from the model: the customer hears why, in plain words, or is asked to confirm what it held. */
import type { CloseTurnInput, TurnClosed } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { FAILURES, type Failure, sentenceFor } from '../core/failure.ts';
import { closeWithoutReply } from '../db/turns.ts';
import { confirmationOf } from './ask-to-confirm.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { FindManifest } from './manifests.ts';

export function closeTurn(deps: ActivityDependencies, findManifest: FindManifest) {
  return async (conversation: ConversationRef, input: CloseTurnInput): Promise<TurnClosed> => {
    if (input.confirm !== undefined) {
      const { agent, revision } = input.confirm;
      const manifest = await findManifest(agent, revision);
      const end = await confirmationOf(deps.database, conversation, input.turn, manifest);
      return end.failure === undefined
        ? close(conversation, end)
        : fail(conversation, { ...end, failure: end.failure });
    }
    const customerHears = input.say ?? sentenceFor(input.failure);
    return fail(conversation, { turn: input.turn, outcome: input.outcome, customerHears, failure: input.failure });
  };

  async function close(
    conversation: ConversationRef,
    end: Parameters<typeof closeWithoutReply>[2],
  ): Promise<TurnClosed> {
    const { now: _, ...closed } = await closeWithoutReply(deps.database, conversation, end);
    return closed;
  }

  async function fail(
    conversation: ConversationRef,
    end: Parameters<typeof closeWithoutReply>[2] & { readonly failure: Failure },
  ): Promise<TurnClosed> {
    const { turn, outcome, failure } = end;
    // A tenant that is out of budget for the day concerns every conversation of it.
    const pages = FAILURES[failure.kind].pages || failure.limit?.scope === 'tenantDay';
    const { now, ...closed } = await closeWithoutReply(deps.database, conversation, end);
    // Made again after a lost workflow task, it pages nobody twice.
    if (!now) return closed;
    const where = { tenant: conversation.tenant, conversation: conversation.id, turn };
    const message = `a turn ended as ${outcome}`;
    if (pages) deps.log.error({ ...where, kind: failure.kind, why: failure.message }, message);
    else deps.log.warn({ ...where, kind: failure.kind }, message);
    return closed;
  }
}
