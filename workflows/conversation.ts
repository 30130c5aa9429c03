/**
 * A conversation: wait until something arrives, attend to it, never die of it.
 *
 * Handlers only put what arrives into a queue and return, so nothing waits in them and the loop may leave between any two
 * arrivals.
 */
import {
  ApplicationFailure,
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
import {
  claimSignal,
  closeSignal,
  customerMessageSignal,
  handBackSignal,
  nudgeSignal,
  progressQuery,
} from './messages.ts';
import { closeConversation, receiveFromOperator, receiveMessage } from './proxies.ts';
import { type Arrival, begin, type Carried, type ConversationState } from './state.ts';
import { fromTemporalFailure } from './temporal-failure.ts';
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
  const continued = info.continuedFromExecutionRunId !== undefined;
  const state = begin(continued ? carried : undefined, Date.now());

  setHandler(nudgeSignal, () => {
    state.arrived.push({ kind: 'nudge' });
  });
  setHandler(customerMessageSignal, (message) => {
    state.arrived.push({ kind: 'message', message });
  });
  setHandler(claimSignal, (request) => {
    state.arrived.push({ kind: 'claim', request });
  });
  setHandler(handBackSignal, (request) => {
    state.arrived.push({ kind: 'hand_back', request });
  });
  setHandler(closeSignal, (request) => {
    const reason = typeof request?.reason === 'string' ? request.reason.slice(0, 200) : 'closed on request';
    state.arrived.push({ kind: 'close', reason });
  });
  setHandler(progressQuery, () => ({
    turn: state.turn,
    working: state.working,
    agent: state.pinned?.agent,
    revision: state.pinned?.revision,
  }));
  // The start itself may be all there is: a first run looks once without being nudged.
  if (!continued && state.arrived.length === 0) state.arrived.push({ kind: 'nudge' });

  watchIdleness(state).catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
  try {
    await converse(state);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => leave(state));
    throw error;
  }
}

async function converse(state: ConversationState): Promise<void> {
  for (;;) {
    // Not woken by having outgrown: renewing in the task that closes a turn collides with the customer's next message.
    await condition(() => state.arrived.length > 0 || state.idle);
    if (state.outgrown || state.turnsThisRun >= TURNS_PER_RUN) return renew(state);

    const arrival = state.arrived.shift();
    if (arrival === undefined) return; // idle
    state.lastActive = Date.now();
    await attend(state, arrival);
    if (isOver(state)) return;

    // Asked here and nowhere else: while an activity runs, a worker that stalled would be told something else than a replay.
    const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged } = workflowInfo();
    if (targetWorkerDeploymentVersionChanged) return renew(state);
    state.outgrown = continueAsNewSuggested;
  }
}

/** Nothing is left, and either the conversation is closed or there is none: a nudge that meant nothing. */
function isOver(state: ConversationState): boolean {
  return state.arrived.length === 0 && (state.closed || state.pinned === undefined);
}

async function attend(state: ConversationState, arrival: Arrival): Promise<void> {
  try {
    // After a close too: what was accepted before is still answered.
    if (await admit(state, arrival)) await takeTurns(state);
  } catch (error) {
    if (isCancellation(error)) {
      state.arrived.unshift(arrival);
      throw error;
    }
    giveUp(arrival, error);
    state.working = false;
  }
}

/** Whatever goes wrong with one arrival, the next one is attended to; the sweeper comes back for what is in Postgres. */
function giveUp(arrival: Arrival, error: unknown): void {
  log.error('an arrival could not be attended to', { arrival: arrival.kind, failure: fromTemporalFailure(error) });
}

/** Brings into Postgres what is not there yet. @returns whether something may wait there then */
async function admit(state: ConversationState, arrival: Arrival): Promise<boolean> {
  switch (arrival.kind) {
    case 'nudge':
      return true;
    case 'message': {
      const { accepted } = await receiveMessage(arrival.message);
      if (!accepted) log.warn('a customerMessage signal was refused; the audit table says why');
      return accepted;
    }
    case 'claim':
    case 'hand_back': {
      const { accepted, closed } = await receiveFromOperator({ kind: arrival.kind, request: arrival.request });
      if (!accepted) log.warn('an operator’s signal was refused; the audit table says why', { signal: arrival.kind });
      if (closed) state.closed = true;
      return accepted;
    }
    case 'close':
      await closeConversation(arrival.reason);
      state.closed = true;
      return true;
  }
}

async function takeTurns(state: ConversationState): Promise<void> {
  while (await takeTurn(state)) {
    if (state.turnsThisRun < TURNS_PER_RUN) continue;
    state.arrived.unshift({ kind: 'nudge' });
    return;
  }
}

/** A new run forgets the history of the old one, and takes up a new revision of the agent or version of the worker. */
async function renew(state: ConversationState): Promise<void> {
  const nudged = await admitAll(state);
  if (state.closed && !nudged) return;
  const next = makeContinueAsNewFunc<typeof conversation>(
    workflowInfo().targetWorkerDeploymentVersionChanged ? { initialVersioningBehavior: 'AUTO_UPGRADE' } : {},
  );
  await next({ nudged, closed: state.closed, breakers: state.breakers });
}

/** Messages may be too many and too large to be carried into the next run; in Postgres they are safe. */
async function admitAll(state: ConversationState): Promise<boolean> {
  let nudged = false;
  for (let arrival = state.arrived.shift(); arrival !== undefined; arrival = state.arrived.shift()) {
    try {
      if (await admit(state, arrival)) nudged = true;
    } catch (error) {
      if (isCancellation(error)) throw error;
      giveUp(arrival, error);
    }
  }
  return nudged;
}

/** The run was cancelled from outside: the customer hears how the turn ended, and the next run finds what arrived. */
async function leave(state: ConversationState): Promise<void> {
  await abandonTurn(state);
  await admitAll(state);
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
