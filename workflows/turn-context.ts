/** What is known of the turn under way. It is lost with the run, and a turn that is taken up again starts it anew. */
import type { TurnClosed } from '../core/activities.ts';
import type { Breaker } from '../core/breaker.ts';
import type { Failure } from '../core/failure.ts';
import type { PinnedManifest } from '../core/manifest.ts';
import type { PastCall } from '../core/repetition.ts';

export interface TurnContext {
  readonly turn: number;
  readonly pinned: PinnedManifest;
  /** Of this conversation, by tool: three failures in a row stop it for a while. */
  readonly breakers: Record<string, Breaker>;
  /** The model that answers: where the first one failed, its fallbacks are kept for the rest of the turn. */
  model: number;
  /** How often the model was told of a mistake of its own. */
  fedBack: number;
  readonly past: PastCall[];
}

/** Where a step leaves its turn. */
export type StepResult =
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'closed' } & TurnClosed)
  /** The model has to look at results. */
  | { readonly kind: 'go_on' }
  /** The turn ends with a question that a tool's author wrote down for this case. */
  | { readonly kind: 'ask'; readonly question: string; readonly failure: Failure }
  /** The turn ends with the question whether calls that it held may run. */
  | { readonly kind: 'confirm' }
  /** A person has to go on. */
  | { readonly kind: 'escalate'; readonly failure: Failure }
  | { readonly kind: 'fail'; readonly failure: Failure };

/**
 * What is left of the turn, as far as a decision needs it. The activities watch its time, and say `budget_exceeded` where it
 * is over, and `final` where it would be over before another attempt: then nothing is waited for. Tokens and money may last
 * longer with another model; every other limit is reached whatever is tried.
 */
export function leftFor(
  failure: Failure,
  { turnMs }: PinnedManifest,
): { readonly ms: number; readonly attempts: number } {
  const limit = failure.limit?.limit;
  const over = failure.kind === 'budget_exceeded' && limit !== 'tokens' && limit !== 'usd';
  return { ms: over ? 0 : failure.final === true ? 1 : turnMs, attempts: 1 };
}
