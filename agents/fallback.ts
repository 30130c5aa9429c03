/** What an author offers for the case that a tool does not work. */
import type { ToolFallback } from '../core/manifest.ts';
import type { DefinitionError } from './definition-error.ts';
import { type Duration, milliseconds } from './duration.ts';

export interface FallbackSpec<I> {
  /**
   * The last answer to the same arguments in this tenant, for the same customer, when it is not older than `for`. The
   * model is told how old it is. Only for a tool that changes nothing.
   */
  readonly cached?: { readonly for: Duration; readonly confidence: number };
  /** Another tool of the same agent, and what it is given for these arguments. */
  readonly alternative?: { readonly tool: string; readonly confidence: number; arguments(input: I): unknown };
  /** A question to the customer with which the turn ends: what they answer is the next turn. */
  readonly ask?: string;
  /** A person: the turn ends as `escalated`. Only in an agent with `escalation`. */
  readonly escalate?: true;
}

type Wrong = (what: string, fix: string) => DefinitionError;

const LONGEST_QUESTION = 500;

/** @throws DefinitionError */
export function fallbackOf<I>(spec: FallbackSpec<I>, sideEffect: boolean, wrong: Wrong): ToolFallback {
  const { cached, alternative, ask, escalate } = spec;
  if (cached !== undefined && sideEffect) {
    throw wrong('changes something and falls back on a cached answer', 'Leave fallback.cached out: it would lie.');
  }
  if (ask !== undefined && (ask.trim() === '' || ask.length > LONGEST_QUESTION)) {
    throw wrong('asks the customer nothing or too much', `Set fallback.ask to 1 to ${LONGEST_QUESTION} characters.`);
  }
  return {
    ...(cached === undefined
      ? {}
      : { cached: { forMs: ageOf(cached.for, wrong), confidence: share(cached.confidence, wrong) } }),
    ...(alternative === undefined
      ? {}
      : { alternative: { tool: alternative.tool, confidence: share(alternative.confidence, wrong) } }),
    ...(ask === undefined ? {} : { ask }),
    ...(escalate === true ? { escalate } : {}),
  };
}

function ageOf(duration: Duration, wrong: Wrong): number {
  const ms = milliseconds(duration);
  if (ms === undefined || ms < 1) throw wrong(`has fallback.cached.for ${JSON.stringify(duration)}`, 'Use e.g. "10m".');
  return ms;
}

/** What a fallback's answer is worth beside the tool's own, as a factor. */
function share(confidence: number, wrong: Wrong): number {
  if (confidence > 0 && confidence <= 1) return confidence;
  throw wrong(`has a fallback with confidence ${confidence}`, 'Use a factor above 0 and up to 1, e.g. 0.7.');
}
