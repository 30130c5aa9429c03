/**
 * What to do when a call has failed for good: Temporal's attempts by kind are spent, and one decision is taken.
 *
 * Which ways a kind has, and in which order, is the column `recovery` of `core/failure.ts`. This file says when a way is
 * open. It always ends: every way but `fallback_model` and `feed_back` is gone once, and those two are counted.
 */
import { FAILURES, type Failure, type Rung } from './failure.ts';

export interface Situation {
  readonly failure: Failure;
  /** `effect`: how far a tool call may have come. A tool that changes nothing, and a call that ended without it: `none`. */
  readonly call: { readonly of: 'model' } | { readonly of: 'tool'; readonly effect: 'none' | 'not_begun' | 'in_doubt' };
  /** What was already done about this call, oldest first. */
  readonly tried: readonly Recovery['kind'][];
  /** What the manifest offers. */
  readonly offers: {
    /** Further models, beside the first. */
    readonly models: number;
    readonly cached: boolean;
    /** The tool that can stand in. */
    readonly alternative?: string;
    /** The question for the customer. */
    readonly ask?: string;
    readonly escalate: boolean;
  };
  /** Of the service that failed. */
  readonly breaker: 'closed' | 'open' | 'half_open';
  /** Of the turn: milliseconds to its deadline, and calls that may still be made to recover. */
  readonly left: { readonly ms: number; readonly attempts: number };
  /** How often the model was told of a mistake of its own in this turn. */
  readonly fedBack: number;
}

export type Recovery =
  /** The same call once more. */
  | { readonly kind: 'retry_later'; readonly afterMs: number }
  /** The same model with less of the transcript. */
  | { readonly kind: 'shrink_context' }
  /** The model is told what was wrong with what it asked for. */
  | { readonly kind: 'feed_back' }
  /** The next model of the manifest. */
  | { readonly kind: 'fallback_model' }
  | { readonly kind: 'cached_result' }
  | { readonly kind: 'alternative_tool'; readonly tool: string }
  | { readonly kind: 'ask_customer'; readonly question: string }
  | { readonly kind: 'escalate' }
  /** A model call: the turn ends with the sentence of the kind. A tool call: the model is told how it ended. */
  | { readonly kind: 'stop' };

/** A model that did not get it right twice will not the third time, and the customer is waiting. */
const MOST_FED_BACK = 2;

/** A wait may take this part of what is left of the turn: the call itself and the answer must fit in as well. */
const MOST_WAITED = 1 / 4;

/**
 * What a failure says about time, with the time that is really left: where the service wants us back later than a wait may
 * take, no wait is offered, whoever decides.
 */
export function inTime(failure: Failure, leftMs: number): Failure {
  const { retryAfterMs } = failure;
  return retryAfterMs === undefined || retryAfterMs <= leftMs * MOST_WAITED ? failure : { ...failure, final: true };
}

/** Total and pure: the same situation, the same decision, live and in replay. */
export function recover(situation: Situation): Recovery {
  for (const rung of ladderOf(situation)) {
    const recovery = tryRung(rung, situation);
    if (recovery !== undefined) return recovery;
  }
  return { kind: 'stop' };
}

const ESCALATE_ONLY: readonly Rung[] = ['escalate'];

function ladderOf({ failure, call, left }: Situation): readonly Rung[] {
  const { recovery } = FAILURES[failure.kind];
  // Whoever cancelled it knows, and nobody is there any more to go on.
  if (failure.kind === 'cancelled') return recovery;
  // It may have happened: whatever runs it again, or runs something in its place, could make it happen twice.
  if (call.of === 'tool' && call.effect === 'in_doubt') return ESCALATE_ONLY;
  if (left.ms <= 0) return recovery.filter((rung) => rung === 'escalate');
  return recovery;
}

/** The recovery, where this way is open. */
function tryRung(rung: Rung, situation: Situation): Recovery | undefined {
  const { call, tried, offers, left } = situation;
  const gone = tried.includes(rung);
  switch (rung) {
    case 'retry_later':
      return gone ? undefined : retryLater(situation);
    case 'shrink_context':
      return !gone && call.of === 'model' && canCallAgain(situation) ? { kind: rung } : undefined;
    case 'feed_back':
      return canFeedBack(situation) ? { kind: rung } : undefined;
    case 'fallback_model':
      return call.of === 'model' && left.attempts > 0 && hasModel(situation) ? { kind: rung } : undefined;
    case 'cached_result':
      return !gone && call.of === 'tool' && call.effect === 'none' && offers.cached ? { kind: rung } : undefined;
    case 'alternative_tool':
      return !gone && call.of === 'tool' && offers.alternative !== undefined && left.attempts > 0
        ? { kind: rung, tool: offers.alternative }
        : undefined;
    case 'ask_customer':
      return !gone && call.of === 'tool' && offers.ask !== undefined ? { kind: rung, question: offers.ask } : undefined;
    case 'escalate':
      return !gone && offers.escalate ? { kind: rung } : undefined;
  }
}

/** The same service once more: not one that its breaker would keep this call away from. */
function canCallAgain({ breaker, left }: Situation): boolean {
  return breaker === 'closed' && left.attempts > 0;
}

function retryLater(situation: Situation): Recovery | undefined {
  const afterMs = situation.failure.retryAfterMs;
  if (afterMs === undefined || afterMs > situation.left.ms * MOST_WAITED) return undefined;
  return canCallAgain(situation) ? { kind: 'retry_later', afterMs } : undefined;
}

/** Telling the model costs a call of the model, which is the failed service only where the model's call failed. */
function canFeedBack({ call, tried, breaker, left, fedBack }: Situation): boolean {
  const told = Math.max(fedBack, countOf('feed_back', tried));
  return told < MOST_FED_BACK && left.attempts > 0 && (call.of === 'tool' || breaker === 'closed');
}

function hasModel({ failure, tried, offers }: Situation): boolean {
  const used = countOf('fallback_model', tried);
  return used < (failure.kind === 'budget_exceeded' ? Math.min(offers.models, 1) : offers.models);
}

function countOf(kind: Recovery['kind'], tried: readonly Recovery['kind'][]): number {
  return tried.filter((one) => one === kind).length;
}
