/**
 * A token bucket per key (or whatever else is to be limited), in memory: a key may use a minute's worth at once and gets it back evenly. Every API process
 * counts for itself, so with n processes a key gets up to n times its limit.
 */
interface Allowance {
  readonly allowed: boolean;
  /** Requests left right now. */
  readonly remaining: number;
  /** Until there is one more, in whole seconds, at least 1. */
  readonly nextInSeconds: number;
}

export interface RateLimiter {
  /** Takes one request of the key's allowance. */
  take(keyId: string, perMinute: number): Allowance;
  /** Gives back what was taken for something that turned out not to count. */
  giveBack(keyId: string): void;
}

const MINUTE_MS = 60_000;
/** Full buckets say nothing; they are dropped when there are this many. */
const MANY = 10_000;

/** @param now a clock in milliseconds that never goes back */
export function createRateLimiter(now: () => number = () => performance.now()): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>();

  function dropFull(time: number): void {
    for (const [id, { at }] of buckets) if (time - at >= MINUTE_MS) buckets.delete(id);
  }

  return {
    take(keyId, perMinute) {
      const time = now();
      let bucket = buckets.get(keyId);
      if (bucket === undefined) {
        if (buckets.size >= MANY) dropFull(time);
        bucket = { tokens: perMinute, at: time };
        buckets.set(keyId, bucket);
      }
      bucket.tokens = Math.min(perMinute, bucket.tokens + ((time - bucket.at) / MINUTE_MS) * perMinute);
      bucket.at = time;
      const allowed = bucket.tokens >= 1;
      if (allowed) bucket.tokens -= 1;
      const missing = Math.max(0, 1 - bucket.tokens);
      const nextInSeconds = Math.max(1, Math.ceil(((missing / perMinute) * MINUTE_MS) / 1_000));
      return { allowed, remaining: Math.floor(bucket.tokens), nextInSeconds };
    },
    giveBack(keyId) {
      const bucket = buckets.get(keyId);
      if (bucket !== undefined) bucket.tokens += 1;
    },
  };
}
