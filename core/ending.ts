/** How a turn ends that got no answer from the model: with people where the agent has some, else with an apology. */
import type { TurnOutcome } from './conversation.ts';
import type { EscalationReason } from './escalation.ts';
import { FAILURES, type Failure } from './failure.ts';

/** @param people whether somebody is there to go on with what the agent cannot do */
export function outcomeOf({ kind }: Failure, people: boolean): TurnOutcome {
  const ways: readonly string[] = FAILURES[kind].recovery;
  if (people && ways.includes('escalate')) return 'escalated';
  return kind === 'refusal' || kind === 'content_filter' || kind === 'guardrail' ? 'refused' : 'failed';
}

/** Why a person has to look at it. */
export function reasonOf({ kind }: Failure): EscalationReason {
  switch (kind) {
    case 'budget_exceeded':
      return 'budget';
    case 'guardrail':
      return 'guardrail';
    case 'refusal':
    case 'content_filter':
      return 'refusal';
    default:
      return 'failure';
  }
}
