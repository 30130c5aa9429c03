/** The last thing before a change is made: it is written down, and what is known about it already is looked at. */
import { setTimeout as pause } from 'node:timers/promises';
import { FailureError } from '../core/failure.ts';
import type { ToolResult } from '../core/tool-result.ts';
import { type Intent, intendEffect } from '../db/effects.ts';
import { HeldElsewhere } from './attempt.ts';
import type { Call } from './call.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify } from './failure.ts';
import { reconcileChange } from './reconcile-change.ts';

const LOOK_AGAIN_MS = 100;

const BEING_MADE: ToolResult = {
  outcome: 'rejected',
  confidence: 1,
  data: 'Another call of this step is making exactly this change. Read its result, and do not ask for the change again.',
};

/**
 * @param idempotencyKey of the effect: the call's, or what the tool's author derives from the arguments
 * @param signal fires when the call is out of time or cancelled
 * @returns the call's result where nothing is to run; `undefined` where the tool may run now
 * @throws FailureError `effect_unknown` where it must not run again, HeldElsewhere where the call ended in another process
 */
export async function beginChange(
  deps: Pick<ActivityDependencies, 'database' | 'crash'>,
  call: Call,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<ToolResult | undefined> {
  const { attempt, input, change, tool } = call;
  const intent = await intend(deps, call, idempotencyKey, signal);
  if (intent.kind === 'ended') throw new HeldElsewhere();
  if (intent.kind === 'being_made') return BEING_MADE;
  if (intent.kind === 'made') return madeAlready(intent);
  deps.crash?.('after_intent_row', attempt.conversation, input.turn);

  change.begunBefore = intent.times > 1;
  if (!change.begunBefore) return undefined;
  const reconciled = await reconcileChange(call, signal);
  if (typeof reconciled === 'object') return reconciled;
  if (reconciled === 'did_not_happen') {
    change.begun = false;
    change.begunBefore = false;
    return undefined;
  }
  // Running it again under its key tells, where the author promises that this does nothing more.
  if (tool?.manifest.idempotent === true) return undefined;
  throw new FailureError({ kind: 'effect_unknown', message: 'an earlier attempt began and was not seen to end' });
}

/** Waits for a call of the same step that makes the same change, but leaves time to say that it did so in vain. */
async function intend(
  { database }: Pick<ActivityDependencies, 'database'>,
  { attempt, input, tool, timeoutMs }: Call,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<Intent> {
  const until = performance.now() + timeoutMs / 2;
  for (;;) {
    let intent: Intent;
    try {
      intent = await intendEffect(database, attempt.conversation, input, idempotencyKey, tool?.manifest.name ?? '');
    } catch (error) {
      // Typed here, because a database that fails during a call would otherwise be taken for the tool's.
      throw new FailureError(classify(error), { cause: error });
    }
    if (intent.kind !== 'being_made' || performance.now() > until) return intent;
    await pause(LOOK_AGAIN_MS, undefined, { signal });
  }
}

function madeAlready({ text, confidence }: Extract<Intent, { kind: 'made' }>): ToolResult {
  const answer = text === undefined ? 'A person has checked that it happened.' : `What it answered then: ${text}`;
  const data = `This has been done already in this conversation, and was not done again. ${answer}`;
  return { outcome: 'done', confidence, data };
}
