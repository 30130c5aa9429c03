/** What a turn is when a person owns the conversation, or has just given it back. */
import type { ModelCallResult, TurnClosed } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Manifest } from '../core/manifest.ts';
import { settleDecision } from '../db/approvals.ts';
import type { Queryable } from '../db/database.ts';
import type { OpenTurn } from '../db/opening.ts';
import { leaveToPerson, sendForPerson, skipAnswered } from '../db/person-turns.ts';
import { replyScreen } from './screen-reply.ts';

/**
 * `agent`: the turn is the agent's; `again`: things have changed, look again. A call that a person approved runs whoever owns the
 * conversation; what comes of it is then theirs to tell.
 */
export async function takeForPerson(
  database: Queryable,
  conversation: ConversationRef,
  { turn, step }: { readonly turn: number; readonly step: number },
  manifest: Manifest,
  found: OpenTurn,
): Promise<ModelCallResult | 'agent' | 'again'> {
  const { kind, withPerson } = found;
  if (kind === 'operator') return ended(await send(database, conversation, turn, manifest, found));
  if (kind === 'decision' && step === 1) {
    const settled = await settleDecision(database, conversation, turn, manifest.revision);
    if (settled?.kind === 'approved') return 'again';
  }
  if (withPerson !== undefined) return ended(await leaveToPerson(database, conversation, turn));
  if (kind !== 'hand_back' || step > 1) return 'agent';
  const skipped = await skipAnswered(database, conversation, turn);
  return skipped === undefined ? 'agent' : { kind: 'closed', ...skipped };
}

function ended(closed: TurnClosed | undefined): ModelCallResult | 'again' {
  return closed === undefined ? 'again' : { kind: 'closed', ...closed };
}

const NOT_SENT = 'A colleague wrote something to the customer that a guardrail stopped. The customer never got it.';

/** Its own words, so only what no reply may give away is looked for. */
function send(
  database: Queryable,
  conversation: ConversationRef,
  turn: number,
  manifest: Manifest,
  { customer, rows, operatorText }: OpenTurn,
): Promise<TurnClosed | undefined> {
  const screened = replyScreen(manifest, customer, rows).spoken(operatorText ?? '');
  const stopped = screened.stopped === undefined ? {} : { stopped: NOT_SENT };
  const { text, verdicts } = screened;
  return sendForPerson(database, conversation, turn, {
    text: screened.stopped === undefined ? text : (operatorText ?? ''),
    verdicts,
    ...stopped,
  });
}
