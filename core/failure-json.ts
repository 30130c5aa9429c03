/** Reads a failure back from where it travelled as JSON (an exception's details, a row). */
import { type Exceeded, isLimit, isScope } from './budget.ts';
import { type Failure, isFailureKind } from './failure.ts';

/** The failure a JSON value holds, or `undefined` where it holds none. */
export function parseFailure(value: unknown): Failure | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const kind = 'kind' in value ? value.kind : undefined;
  const message = 'message' in value ? value.message : undefined;
  const retryAfterMs = 'retryAfterMs' in value ? value.retryAfterMs : undefined;
  const status = 'status' in value ? value.status : undefined;
  const limit = 'limit' in value ? parseLimit(value.limit) : undefined;
  if (typeof kind !== 'string' || !isFailureKind(kind) || typeof message !== 'string') return undefined;
  return {
    kind,
    message,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...('final' in value && value.final === true ? { final: true as const } : {}),
  };
}

function parseLimit(value: unknown): Exceeded | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('scope' in value) || !('limit' in value) || !('of' in value)) return undefined;
  const { scope, limit, of } = value;
  return isScope(scope) && isLimit(limit) && typeof of === 'number' ? { scope, limit, of } : undefined;
}
