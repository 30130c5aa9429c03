/** What a workflow catches, as a typed failure. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  isCancellation,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { type Failure, FailureError } from '../core/failure.ts';
import { parseFailure } from '../core/failure-json.ts';

/**
 * The failure behind whatever an activity (or this workflow) threw. Total: what carries no typed failure becomes
 * `timeout`, `cancelled` or `internal`, with a message that is ours, because foreign messages may hold customer text.
 */
export function fromTemporalFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof ApplicationFailure) return parseFailure(error.details?.[0]) ?? untyped(error);
  if (error instanceof TimeoutFailure) return fromTimeout(error);
  if (error instanceof CancelledFailure || isCancellation(error)) {
    return { kind: 'cancelled', message: 'The call was cancelled.' };
  }
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) {
    return fromTemporalFailure(error.cause);
  }
  if (error instanceof TerminatedFailure) return { kind: 'cancelled', message: 'The run was terminated.' };
  return { kind: 'internal', message: `The workflow threw ${error instanceof Error ? error.name : typeof error}.` };
}

/** A schedule-to-close timeout ends a row of attempts: what the last one failed with says more than that it was late. */
function fromTimeout(error: TimeoutFailure): Failure {
  const last = error.cause instanceof ApplicationFailure ? parseFailure(error.cause.details?.[0]) : undefined;
  return last ?? { kind: 'timeout', message: `An activity timed out (${error.timeoutType}).` };
}

function untyped(error: ApplicationFailure): Failure {
  return { kind: 'internal', message: `An activity failed without a typed failure (${error.type ?? 'no type'}).` };
}
