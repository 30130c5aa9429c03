/** How many requests one key holds open at this moment. Every API process counts for itself. */
import { Problem } from './problems.ts';

/** Requests that wait for their turn. A service with one key holds one for each customer who has just written. */
export const WAITS_PER_KEY = 500;
/** Streams of events: each is a reader of the database whenever its conversation moves. */
export const STREAMS_PER_KEY = 100;

/** What is held goes when a turn or a conversation ends, so soon enough. */
const RETRY_SECONDS = 1;

export interface OpenRequests {
  /**
   * Counts one more for the key.
   * @returns the function that ends it; to be called however it ends
   * @throws Problem `too_many_open_requests`
   */
  begin(keyId: string): () => void;
}

/** @param what as a problem document says it, e.g. `streams of events` */
export function countOpenRequests(what: string, most: number): OpenRequests {
  const open = new Map<string, number>();
  return {
    begin(keyId) {
      const before = open.get(keyId) ?? 0;
      if (before >= most) {
        throw new Problem('too_many_open_requests', {
          detail: `The key holds ${before} ${what}; more than ${most} at once are not allowed.`,
          retryAfterSeconds: RETRY_SECONDS,
        });
      }
      open.set(keyId, before + 1);
      return () => {
        const left = (open.get(keyId) ?? 0) - 1;
        if (left > 0) open.set(keyId, left);
        else open.delete(keyId);
      };
    },
  };
}
