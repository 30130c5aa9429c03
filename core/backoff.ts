/** When the next attempt of a failed call may come. */
import type { Failure } from './failure.ts';

/** Wait before the second attempt, in milliseconds, by kind; doubled for each further one. Others start at once. */
const FIRST_WAIT_MS: Partial<Record<Failure['kind'], number>> = {
  network: 200,
  rate_limit: 1_000,
  upstream_degraded: 250,
  tool_error: 250,
  internal: 250,
};

const LONGEST_WAIT_MS = 30_000;

/**
 * What the service asked for, or exponential back-off.
 *
 * @param attempts real attempts so far, at least 1
 * @returns milliseconds
 */
export function backoffMs(failure: Failure, attempts: number): number {
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  const first = FIRST_WAIT_MS[failure.kind] ?? 0;
  return Math.min(first * 2 ** (attempts - 1), LONGEST_WAIT_MS);
}
