/** The changes that began in this process and whose result is not kept yet. */
import type { ToolResult } from '../core/tool-result.ts';
import type { Settled } from './settled-within.ts';

export interface Change {
  begun: boolean;
  begunBefore: boolean;
  /** The run that began last. It goes on when its attempt runs out of time; never rejects. */
  run: Promise<Settled<ToolResult>> | undefined;
}

export interface BegunChanges {
  /** The change as far as it has come, or a new one, which is not held before it begins. */
  find(idempotencyKey: string): Change;
  hold(idempotencyKey: string, change: Change): void;
  /** Its result is kept. */
  release(idempotencyKey: string): void;
}

/** What nobody came back for by then went on in another process. Longer than the longest timeout of a tool, twice. */
const HOLD_MS = 2 * 3_600_000;

export function createBegunChanges(now: () => number = () => performance.now()): BegunChanges {
  const held = new Map<string, { readonly change: Change; readonly since: number }>();
  return {
    find: (key) => held.get(key)?.change ?? { begun: false, begunBefore: false, run: undefined },
    hold(key, change) {
      // The oldest come first, because a change that is held again goes to the end.
      for (const [old, { since }] of held) {
        if (now() - since < HOLD_MS) break;
        held.delete(old);
      }
      held.delete(key);
      held.set(key, { change, since: now() });
    },
    release: (key) => void held.delete(key),
  };
}
