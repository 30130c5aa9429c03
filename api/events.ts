/** Server-sent events of one conversation: what happened since the bookmark, then what happens. */
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { ConversationRef } from '../core/conversation.ts';
import { isOver } from '../db/conversations.ts';
import type { Change } from '../db/events.ts';
import { type Place, placeAt, readInOrder } from '../db/read-in-order.ts';
import { BEGINNING, type Entry, readSegments, readVisible, type Segment } from '../db/read-transcript.ts';
import type { ApiApp, RouteDeps } from './deps.ts';
import { mustExist } from './messages.ts';
import { demand, may } from './permissions.ts';
import { Problem } from './problems.ts';
import * as routes from './routes.ts';
import { wireEntry } from './wire.ts';

const PAGE = 200;
/** How soon a browser comes back after a broken connection, in milliseconds. */
const RECONNECT_MS = 1_000;

export function addEvents(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.getEvents, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'read');
    const conversation = { tenant: caller.tenant, id: c.req.valid('param').id };
    const after = bookmarkOf(c.req.valid('header')['last-event-id']);
    const reader = await openReader(deps, conversation, after, may(caller, 'inspect'));
    // Read before the first page: what a conversation has once it is over is all it will ever have.
    const over = await mustExist(deps, conversation);
    const first = await reader.next();
    if (over && first.length === 0 && after !== BEGINNING) return c.body(null, 204);

    // A stream whose head alone is asked for would have no reader, and so no end.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
    c.header('x-accel-buffering', 'no'); // proxies must not gather events
    const ended = deps.streams.begin(caller.id);
    return streamSSE(c, async (stream) => {
      try {
        await stream.write(`retry: ${RECONNECT_MS}\n\n`);
        await writeEntries(stream, first);
        await follow(stream, deps, conversation, reader, c.get('stillValid'));
      } catch (error) {
        // The status has been sent, so all that can be done is to end; the client comes back with its bookmark.
        deps.log.warn({ err: error, conversation: conversation.id }, 'an event stream broke off');
      } finally {
        ended();
      }
    });
  });
}

function bookmarkOf(header: string | undefined): number {
  if (header === undefined || header === '') return BEGINNING;
  const position = routes.PositionText.safeParse(header);
  if (position.success) return position.data;
  throw new Problem('validation_failed', { detail: 'Last-Event-ID is not the id of an event of this stream.' });
}

interface Reader {
  /** The next page; empty when there is nothing more so far. */
  next(): Promise<readonly Entry[]>;
}

async function openReader(
  { database }: RouteDeps,
  conversation: ConversationRef,
  after: number,
  inspect: boolean,
): Promise<Reader> {
  if (!inspect) {
    let position = after;
    return {
      async next() {
        const entries = await readVisible(database, conversation, position, PAGE);
        position = entries.at(-1)?.position ?? position;
        return entries;
      },
    };
  }
  let place: Place = await placeAt(database, conversation, after);
  return {
    async next() {
      const page = await readInOrder(database, conversation, place, PAGE);
      place = page.place;
      return page.entries;
    },
  };
}

async function follow(
  stream: SSEStreamingApi,
  deps: RouteDeps,
  conversation: ConversationRef,
  reader: Reader,
  stillValid: () => Promise<boolean>,
): Promise<void> {
  const changes = gatherChanges(stream, deps, conversation);
  let segment: Omit<Segment, 'text'> = { turn: -1, step: 0, attempt: 0, n: 0 };
  try {
    while (!stream.aborted && !deps.closing.aborted) {
      const news = await changes.next();
      if (news.size === 0) {
        await stream.write(': still here\n\n');
        if (!(await stillValid())) return;
        continue;
      }
      // The last answer may come after the close. A conversation that is no longer there is over too.
      const mayBeOver = news.has('turn') || news.has('unknown');
      const over = mayBeOver && (await isOver(deps.database, conversation)) !== false;
      for (let page = await reader.next(); page.length > 0; page = await reader.next())
        await writeEntries(stream, page);
      if (over) {
        await stream.writeSSE({ event: 'closed', data: '{}' });
        return;
      }
      if (!news.has('segment') && !news.has('unknown')) continue;
      for (const { text, ...at } of await readSegments(deps.database, conversation, segment)) {
        segment = at;
        await stream.writeSSE({ event: 'segment', data: JSON.stringify({ ...at, text }) });
      }
    }
  } finally {
    changes.stop();
  }
}

/** Changes since the last look, together; an empty set when nothing happened for a heartbeat. Begins with `unknown`. */
function gatherChanges(stream: SSEStreamingApi, deps: RouteDeps, conversation: ConversationRef) {
  let gathered = new Set<Change>(['unknown']);
  let wake = () => undefined as void;
  const unwatch = deps.events.watch(conversation, (change) => {
    gathered.add(change);
    wake();
  });
  const end = () => wake();
  stream.onAbort(end);
  deps.closing.addEventListener('abort', end);
  return {
    async next(): Promise<ReadonlySet<Change>> {
      if (gathered.size === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, deps.heartbeatMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const news = gathered;
      gathered = new Set();
      return news;
    },
    stop() {
      unwatch();
      deps.closing.removeEventListener('abort', end);
    },
  };
}

async function writeEntries(stream: SSEStreamingApi, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) {
    const { kind, ...data } = wireEntry(entry);
    await stream.writeSSE({ event: kind, id: String(entry.position), data: JSON.stringify({ kind, ...data }) });
  }
}
