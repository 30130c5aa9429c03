/**
 * What happens in conversations, as it happens: one LISTEN a process, whatever the number of those who wait.
 *
 * A notification is a hint to look at the tables, or brings a finished turn along. It may be lost, so everything that is waited for is also looked
 * at every second, in one query for all of it: a thousand waiting requests are a thousand entries in a map.
 */
import type { ConversationRef } from '../core/conversation.ts';
import type { Database } from './database.ts';
import { createTurnWaiters, type FinishedTurn, type WaitOptions } from './turn-waiters.ts';

/** What is new: `unknown` when it is not known what, so that everything has to be looked at. */
export type Change = 'turn' | 'step' | 'segment' | 'unknown';

export interface Events {
  /** The turn that answered message `seq`, or `undefined` when the time runs out first. Never throws. */
  waitForTurn(conversation: ConversationRef, seq: number, options: WaitOptions): Promise<FinishedTurn | undefined>;
  /** Calls back on every change, and once soon after the start. Returns the function that stops it. */
  watch(conversation: ConversationRef, onChange: (change: Change) => void): () => void;
  /** Ends every wait. */
  close(): Promise<void>;
}

export interface EventsOptions {
  /** How often the tables are looked at in case a notification was lost; default 1,000 ms. */
  readonly checkEveryMs?: number;
  /** Told of failed queries; they are tried again. */
  readonly onError?: (error: unknown) => void;
}

/** The part of a notification before its kind, and the name everything is filed under here. */
function keyOf({ tenant, id }: ConversationRef): string {
  return `${tenant}/${id}`;
}

/** `<tenant>/<id> <kind> <number>`, and where a finished turn fits behind it, that as JSON. */
const NOTIFICATION = /^(\S+) (\S+) \S+(?: (.+))?$/s;

interface Watched {
  readonly conversation: ConversationRef;
  readonly listeners: Set<(change: Change) => void>;
  /** What the last check saw; the next one compares. */
  mark: string | undefined;
}

const MARKS = {
  name: 'events_marks',
  text: `
    SELECT w.key,
           concat_ws('/',
             (SELECT c.status FROM conversations c WHERE c.tenant = w.tenant AND c.id = w.id),
             (SELECT max(t.turn) FROM turns t WHERE t.tenant = w.tenant AND t.conversation = w.id),
             (SELECT concat(r.turn, '/', count(*)) FROM transcript r
               WHERE r.tenant = w.tenant AND r.conversation = w.id
                 AND r.turn = (SELECT max(l.turn) FROM transcript l WHERE l.tenant = w.tenant AND l.conversation = w.id)
               GROUP BY r.turn)) AS mark
      FROM unnest($1::text[], $2::text[], $3::text[]) AS w(key, tenant, id)`,
};

/** Begins to listen in the background; nothing here fails when the database is down, it only waits. */
export function openEvents(database: Database, options: EventsOptions = {}): Events {
  const { checkEveryMs = 1_000, onError = () => undefined } = options;
  const turns = createTurnWaiters(database, onError);
  const watched = new Map<string, Watched>();
  let closed = false;
  let checking = false;

  function tell({ listeners }: Watched, change: Change): void {
    for (const listener of listeners) listener(change);
  }

  function hear(payload: string): void {
    const [, key = '', kind = '', turn] = NOTIFICATION.exec(payload) ?? [];
    const finished = turn === undefined ? undefined : finishedIn(turn);
    if (finished !== undefined) turns.tell(key, finished);
    else if (kind === 'turn') turns.look(key);
    const entry = watched.get(key);
    if (entry !== undefined) tell(entry, isChange(kind) ? kind : 'unknown');
  }

  function lookAtEverything(): void {
    turns.lookAtAll();
    for (const entry of watched.values()) tell(entry, 'unknown');
  }

  async function compareMarks(): Promise<void> {
    if (checking || watched.size === 0) return;
    checking = true;
    try {
      const entries = [...watched];
      const rows = await database.query<{ key: string; mark: string }>(MARKS, [
        entries.map(([key]) => key),
        entries.map(([, { conversation }]) => conversation.tenant),
        entries.map(([, { conversation }]) => conversation.id),
      ]);
      for (const { key, mark } of rows) {
        const entry = watched.get(key);
        if (entry === undefined || entry.mark === mark) continue;
        entry.mark = mark;
        tell(entry, 'unknown');
      }
    } catch (error) {
      onError(error);
    } finally {
      checking = false;
    }
  }

  const timer = setInterval(() => {
    turns.lookAtAll();
    void compareMarks();
  }, checkEveryMs);
  timer.unref();

  const listening = database.listen(hear, lookAtEverything).then(
    (stop) => {
      // What happened before the LISTEN took hold was heard by nobody.
      lookAtEverything();
      return stop;
    },
    (error: unknown) => {
      onError(error);
      return async () => undefined;
    },
  );

  return {
    async waitForTurn(conversation, seq, wait) {
      if (closed) return undefined;
      return turns.wait(conversation, keyOf(conversation), seq, wait);
    },
    watch(conversation, onChange) {
      const key = keyOf(conversation);
      const entry = watched.get(key) ?? { conversation, listeners: new Set(), mark: undefined };
      watched.set(key, entry);
      entry.listeners.add(onChange);
      return () => {
        entry.listeners.delete(onChange);
        if (entry.listeners.size === 0 && watched.get(key) === entry) watched.delete(key);
      };
    },
    async close() {
      closed = true;
      clearInterval(timer);
      turns.endAll();
      watched.clear();
      await (await listening)();
    },
  };
}

/** What db/turns.ts wrote; `undefined` for anything else that somebody may have put into the channel. */
function finishedIn(text: string): FinishedTurn | undefined {
  try {
    const turn = JSON.parse(text) as FinishedTurn | null;
    return typeof turn?.seq === 'number' && typeof turn.reply === 'string' ? turn : undefined;
  } catch {
    return undefined;
  }
}

function isChange(kind: string): kind is Change {
  return kind === 'turn' || kind === 'step' || kind === 'segment';
}
