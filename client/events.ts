/** Server-sent events over `fetch`: parsing, and coming back where the stream broke. */
import type { Wire } from '../api/schemas.ts';
import { ApiError } from './errors.ts';
import { type Connection, request } from './request.ts';

/**
 * What happens in a conversation. `segment` is text of a reply that is not finished: it has no id, comes again after a
 * reconnection, and is replaced by the `turn`.
 */
export type ConversationEvent =
  | { readonly event: 'message'; readonly id: string; readonly data: Wire['message'] }
  | { readonly event: 'step'; readonly id: string; readonly data: Wire['step'] }
  | { readonly event: 'tool'; readonly id: string; readonly data: Wire['tool'] }
  | { readonly event: 'turn'; readonly id: string; readonly data: Wire['turnEnd'] }
  | { readonly event: 'segment'; readonly data: Wire['segment'] };

export interface EventsOptions {
  /** Go on after this event; without it from the beginning of the conversation. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
}

interface RawEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

const KINDS: ReadonlySet<string> = new Set(['message', 'step', 'tool', 'turn', 'segment']);
const RECONNECT_MS = 500;

/** Ends when the conversation is closed or the signal fires. @throws ApiError for what coming back does not mend */
export async function* conversationEvents(
  connection: Connection,
  path: string,
  { lastEventId, signal }: EventsOptions,
): AsyncGenerator<ConversationEvent, void, undefined> {
  let last = lastEventId;
  const stopped = () => signal?.aborted === true;
  while (!stopped()) {
    try {
      const response = await request(connection, {
        method: 'GET',
        path,
        headers: { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) },
        signal,
      });
      if (response.status === 204 || response.body === null) return;
      for await (const raw of parseEvents(response.body)) {
        if (raw.event === 'closed') return;
        if (!KINDS.has(raw.event)) continue; // a newer server may know more kinds
        last = raw.id ?? last;
        yield eventOf(raw);
      }
    } catch (error) {
      if (stopped()) return;
      if (error instanceof ApiError && !isPassing(error)) throw error;
    }
    await connection.sleep(RECONNECT_MS, signal).catch(() => undefined);
  }
}

/** Outages end; a stream that somebody watches outlives them. */
function isPassing({ status }: ApiError): boolean {
  return status === 429 || status >= 500;
}

function eventOf({ event, id, data }: RawEvent): ConversationEvent {
  // The server's schemas and this union are the same types; parsing what our own API sends again would need zod here.
  return { event, ...(id === undefined ? {} : { id }), data: JSON.parse(data) } as ConversationEvent;
}

/** The events of a stream; comments are left out. A last event without its empty line is not whole and is dropped. */
async function* parseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<RawEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const parsed = parseBlock(block);
      if (parsed !== undefined) yield parsed;
    }
  }
}

function parseBlock(block: string): RawEvent | undefined {
  const data: string[] = [];
  let event = 'message';
  let id: string | undefined;
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { event, id, data: data.join('\n') };
}
