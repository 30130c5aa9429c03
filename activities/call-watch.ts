/** One abort signal for everything that may end a call early, and the reason why it did. */
import type { Aborted } from './failure.ts';

export interface CallWatch {
  /** Aborts when the outer signal does or when time is up. */
  readonly signal: AbortSignal;
  /** Why it aborted; `undefined` while nobody has. */
  readonly aborted: Aborted | undefined;
  /** Something came: from here on, a silence of `idleMs` is a timeout. Every call starts the wait again. */
  heard(): void;
  /** Frees timers and listeners; `stop` also ends what is still running on the signal. */
  end(how: 'finished' | 'stop'): void;
}

/** @param timeoutMs for the whole call @param idleMs between two pieces of it, from the first `heard()` on */
export function watchCall(outer: AbortSignal, timeoutMs: number, idleMs: number): CallWatch {
  const controller = new AbortController();
  let aborted: Aborted | undefined;
  const abort = (why: Aborted) => {
    aborted ??= why;
    controller.abort();
  };
  const cancel = () => abort('cancelled');
  if (outer.aborted) cancel();
  else outer.addEventListener('abort', cancel, { once: true });
  const whole = setTimeout(abort, timeoutMs, 'timeout');
  let idle: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    get aborted() {
      return aborted;
    },
    heard() {
      if (idle === undefined) idle = setTimeout(abort, idleMs, 'timeout');
      else idle.refresh();
    },
    end(how) {
      clearTimeout(whole);
      clearTimeout(idle);
      outer.removeEventListener('abort', cancel);
      if (how === 'stop') controller.abort();
    },
  };
}
