/** Ends a piece of work that ignores its signal. */
import { FailureError } from '../core/failure.ts';

/**
 * Runs `work` with a signal that fires when the time is over or when `outer` does, and does not wait for work that goes on
 * regardless: a tool that never returns must not hold a conversation.
 *
 * @throws FailureError `timeout` or `cancelled`, or what `work` throws
 */
export async function withinTime<R>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const inner = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    inner.signal.addEventListener('abort', () => reject(inner.signal.reason));
  });
  ended.catch(() => undefined);
  const timer = setTimeout(() => {
    inner.abort(new FailureError({ kind: 'timeout', message: `no answer within ${ms} ms` }));
  }, ms);
  const cancel = () => inner.abort(new FailureError({ kind: 'cancelled', message: 'the call was cancelled' }));
  if (outer.aborted) cancel();
  outer.addEventListener('abort', cancel);
  try {
    // async, so that a tool that throws before its first await is a failed call like any other
    return await Promise.race([(async () => work(inner.signal))(), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', cancel);
  }
}
