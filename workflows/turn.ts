/** A turn: one customer message to its outcome, which always comes. */
import { isCancellation } from '@temporalio/workflow';
import type { TurnClosed } from '../core/activities.ts';
import { outcomeOf } from '../core/ending.ts';
import type { Failure } from '../core/failure.ts';
import type { PinnedManifest } from '../core/manifest.ts';
import { closeTurn, loadAgent } from './proxies.ts';
import type { ConversationState } from './state.ts';
import { takeStep } from './step.ts';
import { fromTemporalFailure } from './temporal-failure.ts';
import type { TurnContext } from './turn-context.ts';

/**
 * Takes the oldest waiting message, if there is one, and brings it to its outcome.
 *
 * @returns whether another one waits
 */
export async function takeTurn(state: ConversationState): Promise<boolean> {
  const pinned = state.pinned ?? (await pinAgent(state));
  if (pinned === undefined) return false;

  const turn = state.turn + 1;
  state.working = true;
  const closed = await takeSteps({ turn, pinned, breakers: state.breakers, model: 0, fedBack: 0, past: [] });
  state.working = false;
  if (closed === undefined) return false;

  state.turn = turn;
  state.turnsThisRun += 1;
  return closed.more;
}

/** The run's first activity: which agent this is, as it was defined then. */
async function pinAgent(state: ConversationState): Promise<PinnedManifest | undefined> {
  const { pinned, turn } = await loadAgent();
  if (pinned === null) return undefined;
  state.pinned = pinned;
  state.turn = turn;
  return pinned;
}

/** Step by step until the model answers; `undefined` when there was no message to take. */
async function takeSteps(context: TurnContext): Promise<TurnClosed | undefined> {
  const { turn, pinned } = context;
  try {
    for (let step = 1; step <= pinned.steps; step++) {
      const result = await takeStep(context, step);
      switch (result.kind) {
        case 'nothing':
          return undefined;
        case 'closed':
          return result;
        case 'confirm': {
          const { agent, revision } = pinned;
          return await closeTurn({ turn, outcome: 'asked', confirm: { agent, revision } });
        }
        case 'ask':
          return await closeTurn({ turn, outcome: 'asked', failure: result.failure, say: result.question });
        case 'escalate':
        case 'fail':
          return await endTurn(context, result.failure, result.kind === 'escalate');
        case 'go_on':
      }
    }
  } catch (error) {
    if (isCancellation(error)) throw error;
    return endTurn(context, fromTemporalFailure(error));
  }
  return endTurn(context, { kind: 'budget_exceeded', message: `no answer within ${pinned.steps} steps` });
}

/** @param escalate a person has to go on, whatever the kind of failure says */
function endTurn({ turn, pinned }: TurnContext, failure: Failure, escalate = false): Promise<TurnClosed> {
  const { passedOn } = pinned;
  const outcome = escalate ? 'escalated' : outcomeOf(failure, passedOn !== undefined);
  const say = outcome === 'escalated' ? passedOn : undefined;
  return closeTurn({ turn, outcome, failure, ...(say === undefined ? {} : { say }) });
}

/** The run was cancelled from outside: the customer still hears how the turn ended. */
export async function abandonTurn(state: ConversationState): Promise<void> {
  if (!state.working) return;
  const failure = { kind: 'cancelled', message: 'the run was cancelled' } as const;
  await closeTurn({ turn: state.turn + 1, outcome: 'failed', failure });
}
