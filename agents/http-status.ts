/** What a status that is not 2xx means for a tool's call. */
import type { Failure, FailureKind } from '../core/failure.ts';
import { retryAfterMs } from '../core/failure-message.ts';

/**
 * A failure, or `undefined` where it is a "no" to exactly this request: it was read, understood and not carried out. That is
 * so for every 4xx but the few that speak of our key, our request's form, the time, or a state that passes.
 *
 * @param now milliseconds since 1970, for a `Retry-After` that is a date
 */
export function statusFailure(status: number, headers: Pick<Headers, 'get'>, now: number): Failure | undefined {
  const kind = kindOf(status);
  if (kind === undefined) return undefined;
  const wait = retryAfterMs(headers, now);
  return {
    kind,
    message: `HTTP ${status}${status >= 300 && status < 400 ? ': redirects are not followed; use the address it leads to' : ''}`,
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

function kindOf(status: number): FailureKind | undefined {
  if (status < 300 || status >= 500) return 'upstream_degraded';
  if (status < 400) return 'configuration';
  switch (status) {
    case 401:
    case 403:
    case 407:
      return 'authentication';
    case 405:
    case 406:
    case 411:
    case 414:
    case 415:
    case 431:
      return 'invalid_request';
    case 408:
      return 'timeout';
    // Of an idempotency key: its first request is still under way. Of anything else: its state is in the way for now.
    case 409:
    case 423:
    case 425:
      return 'upstream_degraded';
    case 429:
      return 'rate_limit';
    default:
      return undefined;
  }
}
