/**
 * How much time a turn has left. Time is counted by the process that works on it, from when it first sees the turn: a night
 * without workers, or without Postgres, must not cost the customer the answer that was under way. It ends all the same,
 * because a call whose process keeps dying is given up after a few attempts.
 */

export interface TurnClock {
  /** Milliseconds until `allowedMs` since this process first asked about the turn are over; 0 or less: over. */
  leftMs(conversation: string, turn: number, allowedMs: number): number;
  /** The time until now does not count: nothing could be done. */
  restart(conversation: string, turn: number): void;
}

/** Longer than any turn can be allowed. */
const FORGET_MS = 2 * 3_600_000;

export function createTurnClock(now: () => number = () => performance.now()): TurnClock {
  const began = new Map<string, number>();

  /** The oldest come first. */
  function dropOld(): void {
    for (const [name, at] of began) {
      if (now() - at < FORGET_MS) return;
      began.delete(name);
    }
  }

  return {
    leftMs(conversation, turn, allowedMs) {
      const name = `${conversation}/${turn}`;
      const at = began.get(name);
      if (at !== undefined) return at + allowedMs - now();
      dropOld();
      began.set(name, now());
      return allowedMs;
    },
    restart: (conversation, turn) => void began.delete(`${conversation}/${turn}`),
  };
}
