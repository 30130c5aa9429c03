// Loopback HTTP and one PGlite in memory: when the events of a conversation are over.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, ConversationEvent } from '../../client/index.ts';
import type { ConversationRef } from '../../core/conversation.ts';
import { startApi, type TestApi, until } from '../support/api.ts';
import { type Story, storyOn } from '../support/api-story.ts';

let api: TestApi;
let story: Story;
let key: string;
let client: Client;
let count = 0;

beforeAll(async () => {
  // Too long to matter: only notifications wake the readers here.
  api = await startApi({ heartbeatMs: 60_000, checkEveryMs: 60_000 });
  story = storyOn(api);
  key = await api.key({ roles: ['service', 'operator'] });
  client = api.client(key);
});
afterAll(() => api.close());

/** A conversation with `messages` that nobody has taken yet. */
async function begin(messages: number): Promise<ConversationRef> {
  const conversation = { tenant: 'acme', id: `c-${(count += 1)}` };
  for (let n = 1; n <= messages; n += 1) {
    await client.send(conversation.id, {
      text: `message ${n}`,
      messageId: `m-${n}`,
      agent: 'support',
      customer: { id: 'u-1' },
    });
  }
  return conversation;
}

const eventsOf = (id: string, after: number) =>
  fetch(`${api.url}/v1/conversations/${id}/events`, {
    headers: { authorization: `Bearer ${key}`, 'last-event-id': String(after) },
  });

/** Collects the places of events until the stream ends. */
function collect(id: string, options?: Parameters<Client['events']>[1]) {
  const places: string[] = [];
  const done = (async () => {
    for await (const event of client.events(id, options)) places.push(placeOf(event));
  })();
  return { places, done };
}

function placeOf(event: ConversationEvent): string {
  return event.event === 'segment' ? `segment ${event.data.text}` : `${event.event} ${event.id}`;
}

const TWO_TURNS = ['message 1000000', 'turn 1999999', 'message 2000000', 'turn 2999999'];

describe('the events of a closed conversation', () => {
  it('go on until every message that was accepted before is answered, and the last answer ends them', async () => {
    const conversation = await begin(2);
    const early = collect(conversation.id);
    await client.close(conversation.id, 'solved');
    const late = collect(conversation.id);
    await api.finishTurn(conversation, 'first');
    await until(() => early.places.length === 2 && late.places.length === 2);
    await api.finishTurn(conversation, 'second');
    await Promise.all([early.done, late.done]);
    expect(early.places).toEqual(TWO_TURNS);
    expect(late.places).toEqual(TWO_TURNS);
  });

  it('are no 204 to a reader that comes back while a message waits', async () => {
    const conversation = await begin(2);
    await api.finishTurn(conversation, 'first');
    await client.close(conversation.id);
    const response = await eventsOf(conversation.id, 1_999_999);
    expect(response.status).toBe(200);
    await response.body?.cancel();
    const resumed = collect(conversation.id, { lastEventId: '1999999' });
    await api.finishTurn(conversation, 'second');
    await resumed.done;
    expect(resumed.places).toEqual(TWO_TURNS.slice(2));
    expect((await eventsOf(conversation.id, 2_999_999)).status).toBe(204);
  });

  it('end without any notification of the last answer', async () => {
    const conversation = await begin(1);
    await client.close(conversation.id);
    const looking = await api.open({ checkEveryMs: 20 });
    const response = await fetch(`${looking.url}/v1/conversations/${conversation.id}/events`, {
      headers: { authorization: `Bearer ${key}` },
    });
    await api.sql(
      `WITH answered AS (UPDATE inbound SET turn = 1, answered_at = now() WHERE conversation = $1)
       INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
       VALUES ('acme', $1, 1, 1, 'replied', 'unheard', 1)`,
      [conversation.id],
    );
    expect(await response.text()).toMatch(/"reply":"unheard"[^]*event: closed\n/);
  });
});

describe('text released early', () => {
  it('is that of the turn under way: a turn left behind without an end is not told to a new reader', async () => {
    const conversation = await begin(2);
    await story.addSegment(conversation, 1, 1, 'left behind');
    await api.sql(
      `INSERT INTO turns (tenant, conversation, turn, seq, outcome, reply, confidence)
       VALUES ('acme', $1, 2, 2, 'replied', 'It is here.', 1)`,
      [conversation.id],
    );
    await api.sql(`INSERT INTO segments VALUES ('acme', $1, 3, 1, 1, 1, 'under way')`, [conversation.id]);
    const leave = new AbortController();
    const { places, done } = collect(conversation.id, { signal: leave.signal });
    await until(() => places.length >= 2);
    leave.abort();
    await done;
    expect(places).toEqual(['turn 2999999', 'segment under way']);
  });
});
