// Pure: `fetch` and the pauses are played by the test.
import { describe, expect, it } from 'vitest';
import { type ConversationEvent, createClient } from '../../client/index.ts';

interface Sent {
  readonly url: string;
  readonly body: Record<string, unknown>;
  readonly lastEventId: string | null;
}
type Answer = () => Response;

/** A client whose requests get these answers, one after the other. */
function playing(answers: readonly Answer[], retries = 5) {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  const rest = [...answers];
  const client = createClient({
    baseUrl: 'http://api/',
    key: 'hb_x',
    retries,
    sleep: async (ms) => void pauses.push(ms),
    fetch: async (url, init) => {
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
      sent.push({ url, body, lastEventId: new Headers(init?.headers).get('last-event-id') });
      const answer = rest.shift();
      if (answer === undefined) throw new Error('the test has no answer for this request');
      return answer();
    },
  });
  return { client, sent, pauses };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  json(status, { code, status, title: code, fix: '' }, { 'content-type': 'application/problem+json', ...headers });
const broken: Answer = () => {
  throw new TypeError('fetch failed');
};
const accepted = json(202, { conversationId: 'c', messageId: 'm', seq: 1, duplicate: false });
const turn = json(200, { conversationId: 'c', messageId: 'm', seq: 1, turn: 1, outcome: 'replied', reply: 'hi' });

describe('sending', () => {
  it('goes on through network errors, 429, 502, 503 and 504 with the same message id', async () => {
    const { client, sent } = playing([
      broken,
      problem(429, 'rate_limited'),
      () => new Response('bad gateway', { status: 502 }),
      problem(503, 'engine_unavailable'),
      () => new Response('', { status: 504 }),
      accepted,
    ]);
    await client.send('c', { text: 'hello' });
    expect(sent).toHaveLength(6);
    const ids = new Set(sent.map(({ body }) => body['messageId']));
    expect(ids.size).toBe(1);
    expect([...ids][0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('pauses twice as long each time, and never shorter than Retry-After', async () => {
    const { client, pauses } = playing([broken, broken, broken, problem(503, 'x', { 'retry-after': '7' }), accepted]);
    await client.send('c', { text: 'hello' });
    const [first = 0, second = 0, third = 0, fourth = 0] = pauses;
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThanOrEqual(200);
    expect(second).toBeGreaterThanOrEqual(200);
    expect(third).toBeGreaterThanOrEqual(400);
    expect(fourth).toBeGreaterThanOrEqual(7_000);
  });

  it('does not repeat what will not get better', async () => {
    const { client, sent } = playing([problem(409, 'conversation_closed')]);
    await expect(client.send('c', { text: 'hello' })).rejects.toMatchObject({
      code: 'conversation_closed',
      status: 409,
    });
    expect(sent).toHaveLength(1);
  });

  it('gives up after its attempts with the last error', async () => {
    const { client, sent } = playing([broken, broken, problem(503, 'database_unavailable')], 2);
    await expect(client.send('c', { text: 'hello' })).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(sent).toHaveLength(3);
  });

  it('an answer that is not from the API says so', async () => {
    const { client } = playing([
      () => new Response('<html>', { status: 403, headers: { 'content-type': 'text/html' } }),
    ]);
    await expect(client.send('c', { text: 'hello' })).rejects.toMatchObject({ code: 'unknown', status: 403 });
  });

  it('goes on waiting with the same message when a wait runs out', async () => {
    const { client, sent } = playing([accepted, accepted, turn]);
    const answer = await client.send('c', { text: 'hello' }, { wait: Number.POSITIVE_INFINITY });
    expect(answer.reply).toBe('hi');
    expect(sent.map(({ url }) => url)).toEqual(Array(3).fill('http://api/v1/conversations/c/messages?wait=30000ms'));
    expect(new Set(sent.map(({ body }) => body['messageId'])).size).toBe(1);
  });

  it('stops at once when it is told to', async () => {
    const controller = new AbortController();
    const { client, sent } = playing([
      () => {
        controller.abort(new Error('enough'));
        throw controller.signal.reason;
      },
    ]);
    await expect(client.send('c', { text: 'hello' }, { signal: controller.signal })).rejects.toThrow('enough');
    expect(sent).toHaveLength(1);
  });
});

describe('reading from beginning to end', () => {
  async function all<T>(entries: AsyncIterable<T>): Promise<readonly T[]> {
    const read: T[] = [];
    for await (const entry of entries) read.push(entry);
    return read;
  }

  it('the transcript comes page by page, each after the one before, until there is no next', async () => {
    const { client, sent } = playing([
      json(200, { messages: [{ position: 1 }, { position: 2 }], next: 2 }),
      problem(503, 'database_unavailable'),
      json(200, { messages: [{ position: 3 }], next: 3 }),
      json(200, { messages: [], next: null }),
    ]);
    const entries = await all(client.transcript('c', { include: 'all' }));
    expect(entries.map(({ position }) => position)).toEqual([1, 2, 3]);
    const path = 'http://api/v1/conversations/c/messages?include=all&limit=1000';
    expect(sent.map(({ url }) => url)).toEqual([path, `${path}&after=2`, `${path}&after=2`, `${path}&after=3`]);
  });

  it('the ledger comes turn by turn', async () => {
    const { client, sent } = playing([
      json(200, { turns: [{ turn: 1 }], next: 1 }),
      json(200, { turns: [{ turn: 2 }], next: null }),
    ]);
    expect((await all(client.turns('c'))).map(({ turn: number }) => number)).toEqual([1, 2]);
    const path = 'http://api/v1/conversations/c/trace?limit=200';
    expect(sent.map(({ url }) => url)).toEqual([path, `${path}&after=1`]);
  });

  it('asks for no page that nobody reads, and none again after a problem', async () => {
    const { client, sent } = playing([json(200, { messages: [{ position: 1 }], next: 1 }), problem(404, 'not_found')]);
    for await (const { position } of client.transcript('c')) if (position === 1) break;
    expect(sent).toHaveLength(1);
    await expect(all(client.transcript('c'))).rejects.toMatchObject({ code: 'not_found' });
    expect(sent).toHaveLength(2);
  });
});

describe('events', () => {
  async function read(answers: readonly Answer[], lastEventId?: string) {
    const { client, sent } = playing(answers);
    const events: ConversationEvent[] = [];
    const options = lastEventId === undefined ? {} : { lastEventId };
    for await (const event of client.events('c', options)) events.push(event);
    return { events, sent };
  }
  /** A stream in these pieces, which then ends or breaks. */
  const stream =
    (pieces: readonly (string | Uint8Array)[], breaks = false): Answer =>
    () => {
      const bytes = pieces.map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
      return new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            const next = bytes.shift();
            if (next !== undefined) controller.enqueue(next);
            else if (breaks) controller.error(new TypeError('terminated'));
            else controller.close();
          },
        }),
      );
    };
  const closed = 'event: closed\ndata: {}\n\n';

  it('are whole however the bytes are cut, in the middle of a character too', async () => {
    const whole = new TextEncoder().encode(`: hello\n\nid: 5\nevent: message\ndata: {"text":"Grüße 🏔"}\n\n${closed}`);
    for (let size = 1; size < whole.length; size += 1) {
      const pieces = [];
      for (let at = 0; at < whole.length; at += size) pieces.push(whole.slice(at, at + size));
      const { events } = await read([stream(pieces)]);
      expect(events).toEqual([{ event: 'message', id: '5', data: { text: 'Grüße 🏔' } }]);
    }
  });

  it('come back after the last one seen when the stream ends or breaks', async () => {
    const one = 'id: 1\nevent: message\ndata: {}\n\n';
    const two = 'id: 2\nevent: turn\ndata: {}\n\n';
    const half = 'id: 3\nevent: turn\ndata: {"half';
    const { events, sent } = await read([stream([one]), stream([two, half], true), stream([closed])]);
    expect(events.map((event) => event.event)).toEqual(['message', 'turn']);
    expect(sent.map(({ lastEventId }) => lastEventId)).toEqual([null, '1', '2']);
  });

  it('leave out kinds this version does not know, and end with 204', async () => {
    const { events, sent } = await read(
      [stream(['id: 9\nevent: hologram\ndata: {}\n\n']), () => new Response(null, { status: 204 })],
      '7',
    );
    expect(events).toEqual([]);
    expect(sent.map(({ lastEventId }) => lastEventId)).toEqual(['7', '7']);
  });

  it('outlive an outage of the API', async () => {
    const outage = Array<Answer>(6).fill(problem(503, 'database_unavailable'));
    const { events } = await read([...outage, stream(['id: 1\nevent: message\ndata: {}\n\n', closed])]);
    expect(events).toHaveLength(1);
  });
});
