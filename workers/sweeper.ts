/**
 * Looks after messages whose nudge got lost: Temporal was down, the API died between row and nudge, a run was terminated.
 * Safe to run in every worker at once.
 */

import type { Log } from '../activities/dependencies.ts';
import type { Queryable } from '../db/database.ts';
import { takeDue } from '../db/sweep.ts';
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
      for (const conversation of due) await conversations.nudge(conversation);
      if (due.length > 0) log.info({ conversations: due.length }, 'nudged conversations with messages that wait');
    } catch (error) {
      // What was not nudged is due again later; an outage is told by whoever has to do without.
      const reason = error instanceof EngineUnavailable ? 'Temporal is away' : 'the database is away';
      log.debug({ reason }, 'a sweep was cut short');
    }
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
