/** Reads the typed failure out of what an activity threw. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { type Failure, isFailureKind } from '../core/failure.ts';

/** Anything that is not typed is a bug of ours and says so. */
export function failureOf(error: unknown): Failure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && typeof cause.type === 'string' && isFailureKind(cause.type)) {
    return { kind: cause.type, message: cause.message };
  }
  return { kind: 'internal', message: cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause) };
}
