/** The question a turn ends with when it holds calls that need the customer's yes. */

import { type Answer, answerOf } from '../core/confirmation/answer.ts';
import { questionOf } from '../core/confirmation/question.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { outcomeOf } from '../core/ending.ts';
import { type Failure, FailureError, sentenceFor } from '../core/failure.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Queryable } from '../db/database.ts';
import { type HeldForCustomer, heldInTurn } from '../db/held-calls.ts';
import type { TurnEnd } from '../db/turns.ts';
import { languageOf } from '../guardrails/language.ts';
import { replyScreen } from './screen-reply.ts';

/**
 * What the model chose stands in the question, so it passes the same screen as a reply.
 *
 * @returns the turn's end; with a failure where the question may not be asked
 * @throws FailureError `internal` where the turn holds nothing
 */
export async function confirmationOf(
  database: Queryable,
  conversation: ConversationRef,
  turn: number,
  manifest: Manifest,
): Promise<TurnEnd> {
  const found = await heldInTurn(database, conversation, turn);
  const actions = (found?.held ?? []).map(({ action }) => action);
  if (found === undefined || actions.length === 0) {
    throw new FailureError({ kind: 'internal', message: `turn ${turn} has nothing to ask about` });
  }
  const language = found.customerTexts.map((text) => languageOf(text)).find((known) => known !== undefined);
  const question = questionOf(actions, language);
  const said = found.customerTexts.map((text) => ({ turn, step: 0, call: 0, role: 'customer' as const, text }));
  const screened = replyScreen(manifest, found.customer, said).whole(question);
  if (screened.stopped === undefined) return { turn, outcome: 'asked', customerHears: screened.text };

  const message = `A question was stopped (${screened.stopped}).`;
  const failure: Failure = { kind: 'guardrail', message, final: true };
  const outcome = outcomeOf(failure, manifest.escalation !== undefined);
  const passedOn = outcome === 'escalated' ? manifest.escalation?.say : undefined;
  return { turn, outcome, customerHears: passedOn ?? sentenceFor(failure), failure };
}

/** @param waiting what the customer was asked about */
export function answerTo(waiting: readonly HeldForCustomer[], message: string): Answer {
  // Of several things, a yes that names one of them is not a yes to all.
  const [only, ...others] = waiting;
  return answerOf(message, only === undefined || others.length > 0 ? '' : only.action);
}
