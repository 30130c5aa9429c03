/**
 * Looks after messages whose nudge got lost: Temporal was down, the API died between row and nudge, a run was terminated.
 * Safe to run in every worker at once.
 */

import type { Log } from '../activities/dependencies.ts';
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from '../db/database.ts';
import { putBack, takeDue } from '../db/sweep.ts';
import { type Conversations, EngineUnavailable } from '../engine/conversations.ts';

const EVERY_MS = 1_000;
const AT_ONCE = 100;

export interface Sweeper {
  /** Waits for the round under way. */
  stop(): Promise<void>;
}

export function startSweeper(database: Queryable, conversations: Conversations, log: Log): Sweeper {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();

  async function sweep(): Promise<void> {
    try {
      const due = await takeDue(database, AT_ONCE);
      const { nudged, left } = await nudgeAll(due);
      if (left.length > 0) await putBack(database, left);
      if (nudged > 0) log.info({ conversations: nudged }, 'nudged conversations with messages that wait');
    } catch (error) {
      // Looked for again in the next round; an outage is told by whoever has to do without.
      log.debug({ err: error }, 'a sweep was cut short');
    }
  }

  async function nudgeAll(due: readonly ConversationRef[]) {
    let nudged = 0;
    for (const [index, conversation] of due.entries()) {
      try {
        await conversations.nudge(conversation);
        nudged += 1;
      } catch (error) {
        // All the others would go the same way.
        if (error instanceof EngineUnavailable && error.away) return { nudged, left: due.slice(index) };
        log.warn({ ...conversation, err: error }, 'a conversation could not be nudged');
      }
    }
    return { nudged, left: [] };
  }

  function next(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      round = sweep().then(next);
    }, EVERY_MS);
  }
  next();

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
