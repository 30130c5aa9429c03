/**
 * A conversation: wait until something is to be done, do it, never die of it.
 *
 * Handlers only set flags and return, so nothing waits in them and the loop may leave at any turn boundary.
 */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  log,
  makeContinueAsNewFunc,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { conversationOf } from '../core/conversation.ts';
import { closeSignal, customerMessageSignal, nudgeSignal, progressQuery } from './messages.ts';
import { closeConversation, receiveMessage } from './proxies.ts';
import { begin, type Carried, type ConversationState, carry } from './state.ts';
import { abandonTurn, takeTurn } from './turn.ts';

/** A run without anything to do for this long ends; the next message starts one that loads itself from Postgres. */
const IDLE_MS = 7 * 24 * 60 * 60 * 1000;

/** Replaying costs 4 to 16 ms a past turn after a crash, so a run is kept short. */
const TURNS_PER_RUN = 100;

export async function conversation(carried?: Carried): Promise<void> {
  const info = workflowInfo();
  if (conversationOf(info.workflowId) === undefined) {
    throw ApplicationFailure.nonRetryable(
      `"${info.workflowId}" is no conversation's id. Start conversations as conversation:<tenant>:<id>.`,
      'invalid_id',
    );
  }
  // Whoever starts a workflow can send any argument; only the server can say that this run continues another.
  const state = begin(info.continuedFromExecutionRunId === undefined ? undefined : carried, Date.now());

  setHandler(nudgeSignal, () => {
    state.nudged = true;
  });
  setHandler(customerMessageSignal, (message) => {
    state.door.push(message);
  });
  setHandler(closeSignal, (request) => {
    state.closing ??= typeof request?.reason === 'string' ? request.reason.slice(0, 200) : 'closed on request';
  });
  setHandler(progressQuery, () => ({
    turn: state.turn,
    working: state.working,
    agent: state.pinned?.agent,
    revision: state.pinned?.revision,
  }));

  watchIdleness(state).catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  try {
    await converse(state);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => abandonTurn(state));
    throw error;
  }
}

async function converse(state: ConversationState): Promise<void> {
  for (;;) {
    // Not woken by mustRenew: renewing in the task that closes a turn collides with the customer's next message.
    await condition(() => hasWork(state) || state.idle);
    if (mustRenew(state)) return renew(state);
    if (!hasWork(state)) return;

    state.lastActive = Date.now();
    await receiveDoorMessages(state);
    if (state.closing !== undefined) {
      await closeConversation(state.closing);
      state.nudged = true; // what was accepted before the close is still answered
    }
    while (state.nudged && !mustRenew(state)) await takeTurn(state);
    if (mayEnd(state)) return;
  }
}

function hasWork(state: ConversationState): boolean {
  return state.nudged || state.door.length > 0 || state.closing !== undefined;
}

/** Nothing waits, and either the conversation is to end or there is none: a nudge that meant nothing. */
function mayEnd(state: ConversationState): boolean {
  const waiting = state.nudged || state.door.length > 0;
  return !waiting && (state.closing !== undefined || state.pinned === undefined);
}

async function receiveDoorMessages(state: ConversationState): Promise<void> {
  for (let message = state.door[0]; message !== undefined; message = state.door[0]) {
    const { accepted } = await receiveMessage(message);
    state.door.shift();
    if (accepted) state.nudged = true;
    else log.warn('a customerMessage signal was refused; the audit table says why');
  }
}

/** A new run forgets the history of the old one, and takes up a new revision of the agent or version of the worker. */
function mustRenew(state: ConversationState): boolean {
  const info = workflowInfo();
  const outgrown = info.continueAsNewSuggested || state.turnsThisRun >= TURNS_PER_RUN;
  return (outgrown || info.targetWorkerDeploymentVersionChanged) && allHandlersFinished();
}

async function renew(state: ConversationState): Promise<never> {
  const next = makeContinueAsNewFunc<typeof conversation>(
    workflowInfo().targetWorkerDeploymentVersionChanged ? { initialVersioningBehavior: 'AUTO_UPGRADE' } : {},
  );
  return next(carry(state));
}

/** One timer for the whole run: started anew a turn it would cost two events a turn. */
async function watchIdleness(state: ConversationState): Promise<void> {
  for (;;) {
    const left = state.lastActive + IDLE_MS - Date.now();
    if (left <= 0) break;
    await sleep(left);
  }
  state.idle = true;
}
