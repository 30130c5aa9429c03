/** When the next attempt of a failed call may come. */
import { FAILURES, type Failure } from './failure.ts';

const LONGEST_WAIT_MS = 30_000;

/**
 * What the service asked for, or exponential back-off.
 *
 * @param attempts real attempts so far, at least 1
 * @returns milliseconds
 */
export function backoffMs(failure: Failure, attempts: number): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  return Math.min(FAILURES[failure.kind].firstWaitMs * 2 ** (attempts - 1), LONGEST_WAIT_MS);
}
