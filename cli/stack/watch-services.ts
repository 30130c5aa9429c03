/** Tells the person at the terminal when the database or Temporal goes away and when it is back. */
import type { Database } from '../../db/database.ts';
import { databaseReadiness } from '../../db/readiness.ts';
import type { Conversations } from '../../engine/conversations.ts';
import type { Logger } from '../../telemetry/log.ts';

export interface WatchOptions {
  readonly database: Database;
  readonly conversations: Conversations;
  readonly say: (line: string) => void;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const EVERY_MS = 2_000;

export function watchServices({ database, conversations, say, log, signal }: WatchOptions): void {
  let before = { database: true, temporal: true };

  async function look(): Promise<void> {
    const [{ kind }, temporal] = await Promise.all([databaseReadiness(database), conversations.reachable()]);
    const now = { database: kind === 'ready', temporal };
    if (signal.aborted) return;
    for (const name of ['database', 'temporal'] as const) {
      if (now[name] === before[name]) continue;
      const what = name === 'database' ? 'The database' : 'Temporal';
      say(now[name] ? `${what} answers again.` : `${what} does not answer; the API says 503 until it does.`);
      log.warn({ service: name, answers: now[name] }, 'a service came or went');
    }
    before = now;
  }

  const timer = setInterval(() => {
    look().catch((error: unknown) => log.error({ err: error }, 'the services could not be watched'));
  }, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}
