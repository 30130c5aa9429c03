/** The question a turn ends with when it holds calls that need the customer's yes. */

import { type Answer, answerOf } from '../core/confirmation/answer.ts';
import { questionOf } from '../core/confirmation/question.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { outcomeOf } from '../core/ending.ts';
import { type Failure, FailureError, sentenceFor } from '../core/failure.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Queryable } from '../db/database.ts';
import { dropHeld, grantHeld, heldInTurn, type Waiting } from '../db/held-calls.ts';
import type { OpenTurn } from '../db/opening.ts';
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
  const { verdicts, stopped } = replyScreen(manifest, found.customer, said).question(question);
  if (stopped === undefined) return { turn, outcome: 'asked', customerHears: question, verdicts, language };

  const message = `A question was stopped (${stopped}).`;
  const failure: Failure = { kind: 'guardrail', message, final: true };
  const outcome = outcomeOf(failure, manifest.escalation !== undefined);
  const passedOn = outcome === 'escalated' ? manifest.escalation?.say : undefined;
  return { turn, outcome, customerHears: passedOn ?? sentenceFor(failure), failure, verdicts };
}

/** @param waiting what the customer was asked about */
export function answerTo(waiting: readonly Waiting[], message: string): Answer {
  const [first, ...others] = waiting;
  if (first === undefined) return 'other';
  const language = first.language ?? undefined;
  return answerOf(message, others.length > 0 ? { language } : { language, action: first.action });
}

/** The customer's message settles what they were asked: it is the turn's first step from now on, or it is dropped. */
export async function settleHeld(
  database: Queryable,
  conversation: ConversationRef,
  turn: number,
  revision: string,
  { rows, waiting }: Pick<OpenTurn, 'rows' | 'waiting'>,
): Promise<void> {
  const message = rows.find((row) => row.turn === turn && row.role === 'customer')?.text ?? '';
  const answer = answerTo(waiting, message);
  if (answer === 'yes' && (await grantHeld(database, conversation, turn, revision))) return;
  await dropHeld(database, conversation, turn, answer === 'no' ? 'declined' : 'lapsed');
}
