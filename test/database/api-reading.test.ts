// Loopback HTTP and one PGlite in memory; Temporal and the worker are played by the test.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, type Client, type ConversationEvent, createClient, TurnNotFinished } from '../../client/index.ts';
import type { ConversationRef } from '../../core/conversation.ts';
import { startApi, type TestApi, until } from '../support/api.ts';
import { type Story, storyOn } from '../support/api-story.ts';

let api: TestApi;
let story: Story;
let engineer: Client;
let service: Client;
let key: string;
let count = 0;

beforeAll(async () => {
  api = await startApi({ heartbeatMs: 20, checkEveryMs: 50 });
  story = storyOn(api);
  key = await api.key({ roles: ['service', 'engineer'] });
  engineer = api.client(key);
  service = api.client(await api.key({ roles: ['service'] }));
});
afterAll(() => api.close());

/** A new conversation with one message that nobody has taken yet. */
async function begin(): Promise<ConversationRef> {
  const conversation = { tenant: 'acme', id: `c-${(count += 1)}` };
  const message = { text: 'Where is my order?', messageId: 'm-1', agent: 'support', customer: { id: 'u-1' } };
  await service.send(conversation.id, message);
  return conversation;
}

/** Closed, and nothing waits any more. */
async function setClosed({ tenant, id }: ConversationRef) {
  await api.sql('UPDATE inbound SET answered_at = now() WHERE conversation = $1', [id]);
  await api.sql(`UPDATE conversations SET status = 'closed', closed_at = now() WHERE id = $1`, [id]);
  await api.notify({ tenant, id }, 'closed');
}

const places = (events: readonly ConversationEvent[]) =>
  events.map((one) => (one.event === 'segment' ? `segment ${one.data.text}` : `${one.event} ${one.id}`));

/** Collects events until the stream ends. */
function collect(client: Client, id: string, options?: Parameters<Client['events']>[1]) {
  const events: ConversationEvent[] = [];
  const done = (async () => {
    for await (const event of client.events(id, options)) events.push(event);
  })();
  return { events, done };
}

describe('the transcript', () => {
  it('shows what the customer said and was told, page by page', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    const whole = await service.messages(conversation.id);
    expect(whole.messages).toMatchObject([
      { kind: 'message', position: 1_000_000, from: 'customer', text: 'Where is my order?' },
      { kind: 'message', position: 1_999_999, from: 'agent', text: 'It is here.' },
    ]);
    expect(whole.next).toBeNull();
    const page = await service.messages(conversation.id, { limit: 1 });
    expect(page.next).toBe(1_000_000);
    const rest = await service.messages(conversation.id, { after: 1_000_000 });
    expect(rest.messages).toHaveLength(1);
    expect((await service.messages(conversation.id, { after: 1_999_999 })).messages).toEqual([]);
  });

  it('with include=all shows steps, tools and outcomes to an engineer', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    const { messages } = await engineer.messages(conversation.id, { include: 'all' });
    expect(messages.map(({ kind }) => kind)).toEqual(['message', 'step', 'tool', 'tool', 'step', 'turn']);
    expect(messages[1]).toMatchObject({ toolCalls: [{ name: 'lookup' }, { name: 'lookup' }], costUsd: 0.25, ms: 7 });
  });

  it('with include=all stops before a tool result that is still missing', async () => {
    const conversation = await begin();
    await story.addRow(conversation, { step: 0, role: 'customer' });
    await story.addRow(conversation, { step: 1, role: 'agent', calls: 2 });
    await story.addRow(conversation, { step: 1, call: 2, role: 'tool', text: 'two' });
    const { messages } = await engineer.messages(conversation.id, { include: 'all' });
    expect(messages.map(({ kind }) => kind)).toEqual(['message', 'step']);
    await story.addRow(conversation, { step: 1, call: 1, role: 'tool', text: 'one' });
    const rest = await engineer.messages(conversation.id, { include: 'all', after: messages.at(-1)?.position ?? 0 });
    expect(rest.messages).toMatchObject([{ text: 'one' }, { text: 'two' }]);
  });
});

describe('events', () => {
  it('tell the past, then what happens, and end when the conversation is closed', async () => {
    const conversation = await begin();
    await story.addRow(conversation, { step: 0, role: 'customer' });
    const { events, done } = collect(engineer, conversation.id);
    await until(() => events.length === 1);
    await story.addRow(conversation, { step: 1, role: 'agent', calls: 1 });
    await api.notify(conversation, 'step');
    await until(() => events.length === 2);
    await story.addRow(conversation, { step: 1, call: 1, role: 'tool' });
    await api.finishTurn(conversation, 'done');
    await until(() => events.length === 4);
    await setClosed(conversation);
    await done;
    expect(places(events)).toEqual(['message 1000000', 'step 1001000', 'tool 1001001', 'turn 1999999']);
    expect(events.at(-1)?.data).toMatchObject({ outcome: 'replied', reply: 'done', confidence: 0.75 });
  });

  it('keep the order of parallel tool calls whose rows came out of order', async () => {
    const conversation = await begin();
    await story.addRow(conversation, { step: 0, role: 'customer' });
    await story.addRow(conversation, { step: 1, role: 'agent', calls: 2 });
    await story.addRow(conversation, { step: 1, call: 2, role: 'tool' });
    const { events, done } = collect(engineer, conversation.id);
    await until(() => events.length === 2);
    await story.addRow(conversation, { step: 1, call: 1, role: 'tool' });
    await setClosed(conversation);
    await done;
    expect(places(events)).toEqual(['message 1000000', 'step 1001000', 'tool 1001001', 'tool 1001002']);
  });

  it('do not wait for a tool result that never came once the turn is over', async () => {
    const conversation = await begin();
    await story.addRow(conversation, { step: 0, role: 'customer' });
    await story.addRow(conversation, { step: 1, role: 'agent', calls: 2 });
    await story.addRow(conversation, { step: 1, call: 2, role: 'tool' });
    await api.finishTurn(conversation, 'given up');
    await setClosed(conversation);
    const { events, done } = collect(engineer, conversation.id);
    await done;
    expect(places(events)).toEqual(['message 1000000', 'step 1001000', 'tool 1001002', 'turn 1999999']);
  });

  it('go on after Last-Event-ID, in the middle of a step too, without a gap or a repetition', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    await setClosed(conversation);
    const { events: whole, done } = collect(engineer, conversation.id);
    await done;
    expect(whole).toHaveLength(6);
    for (const [index, event] of whole.entries()) {
      if (event.event === 'segment') continue;
      const resumed = collect(engineer, conversation.id, { lastEventId: event.id });
      await resumed.done;
      expect(places(resumed.events)).toEqual(places(whole).slice(index + 1));
    }
  });

  it('with everything seen and the conversation closed, the answer is 204 so that nobody comes back', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    await setClosed(conversation);
    const response = await fetch(`${api.url}/v1/conversations/${conversation.id}/events`, {
      headers: { authorization: `Bearer ${key}`, 'last-event-id': '1999999' },
    });
    expect(response.status).toBe(204);
  });

  it('carry text released early, of the newest attempt only, until the turn is over', async () => {
    const conversation = await begin();
    await story.addRow(conversation, { step: 0, role: 'customer' });
    await story.addSegment(conversation, 1, 1, 'old');
    await story.addSegment(conversation, 2, 1, 'It ');
    const { events, done } = collect(service, conversation.id);
    await until(() => events.length === 2);
    await story.addSegment(conversation, 2, 2, 'is here.');
    await api.notify(conversation, 'segment');
    await until(() => events.length === 3);
    await api.finishTurn(conversation, 'It is here.');
    const late = collect(service, conversation.id);
    await until(() => late.events.length === 2);
    await story.addRow(conversation, { turn: 2, step: 0, role: 'customer' });
    await until(() => late.events.length === 3 && events.length === 5);
    await setClosed(conversation);
    await Promise.all([done, late.done]);
    const afterwards = ['turn 1999999', 'message 2000000'];
    expect(places(events)).toEqual(['message 1000000', 'segment It ', 'segment is here.', ...afterwards]);
    expect(places(late.events)).toEqual(['message 1000000', ...afterwards]);
  });

  it('show no steps and tools to a key that may not inspect', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    await setClosed(conversation);
    const { events, done } = collect(service, conversation.id);
    await done;
    expect(places(events)).toEqual(['message 1000000', 'turn 1999999']);
  });

  it('are found without any notification', async () => {
    const conversation = await begin();
    const { events, done } = collect(service, conversation.id);
    await story.addRow(conversation, { step: 0, role: 'customer' });
    await until(() => events.length === 1);
    await api.sql(
      `WITH answered AS (UPDATE inbound SET answered_at = now() WHERE conversation = $1)
       UPDATE conversations SET status = 'closed' WHERE id = $1`,
      [conversation.id],
    );
    await done;
  });

  it('send comments while nothing happens', async () => {
    const conversation = await begin();
    const leave = new AbortController();
    const response = await fetch(`${api.url}/v1/conversations/${conversation.id}/events`, {
      headers: { authorization: `Bearer ${key}` },
      signal: leave.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes(': still here\n\n: still here\n\n')) break;
    }
    leave.abort();
    expect(text).toMatch(/^retry: \d+\n\n/);
  });

  it('end when the API closes, and the reader that comes back misses nothing', async () => {
    const other = await api.open();
    const conversation = await begin();
    await story.addRow(conversation, { step: 0, role: 'customer' });
    let base = other.url;
    const moving = createClient({
      baseUrl: 'http://moving',
      key,
      fetch: (url, init) => fetch(url.replace('http://moving', base), init),
      sleep: async () => undefined,
    });
    const { events, done } = collect(moving, conversation.id);
    await until(() => events.length === 1);
    base = api.url;
    await other.close();
    await api.finishTurn(conversation, 'still there');
    await until(() => events.length === 2);
    await setClosed(conversation);
    await done;
    expect(places(events)).toEqual(['message 1000000', 'turn 1999999']);
  });

  it('a Last-Event-ID that is none is refused', async () => {
    const conversation = await begin();
    const { done } = collect(engineer, conversation.id, { lastEventId: 'abc' });
    await expect(done).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('one conversation and all of them', () => {
  it('says who, with which agent, what waits and what it cost', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    await service.send(conversation.id, { text: 'And now?', messageId: 'm-2' });
    expect(await service.conversation(conversation.id)).toMatchObject({
      id: conversation.id,
      agent: 'support',
      status: 'open',
      customer: { id: 'u-1' },
      turns: 1,
      waiting: 1,
      costUsd: 0.5,
      closedAt: null,
    });
  });

  it('are listed newest first, page by page, by status and agent', async () => {
    const tenant = 'listing';
    const client = api.client(await api.key({ tenant }));
    for (let n = 1; n <= 5; n += 1) {
      await client.send(`l-${n}`, { text: 'hello', agent: 'support', customer: { id: 'u' } });
    }
    await api.sql(`UPDATE conversations SET status = 'closed' WHERE tenant = $1 AND id = 'l-2'`, [tenant]);
    const seen: string[] = [];
    for (let page = await client.conversations({ limit: 2 }); ; ) {
      seen.push(...page.conversations.map(({ id }) => id));
      if (page.next === null) break;
      page = await client.conversations({ limit: 2, after: page.next });
    }
    expect(seen).toEqual(['l-5', 'l-4', 'l-3', 'l-2', 'l-1']);
    const closed = await client.conversations({ status: 'closed', agent: 'support' });
    expect(closed.conversations.map(({ id }) => id)).toEqual(['l-2']);
    await expect(client.conversations({ after: 'nonsense' })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('the trace shows every call of a turn, and what is under way', async () => {
    const conversation = await begin();
    await story.playTurn(conversation);
    await story.addRow(conversation, { turn: 2, step: 0, role: 'customer', text: 'And now?' });
    await api.sql(
      `INSERT INTO calls VALUES ('acme', $1, 2, 1, 0, 'worker-1', now(), 2, '{"kind":"timeout","message":"slow"}')`,
      [conversation.id],
    );
    const trace = await engineer.trace(conversation.id);
    expect(trace).toMatchObject({ agent: 'support', costUsd: 0.5, next: null });
    expect(trace.turns).toMatchObject([
      {
        turn: 1,
        costUsd: 0.5,
        message: { text: 'Where is my order?' },
        steps: [
          {
            step: 1,
            tools: [
              { call: 1, text: 'one', outcome: 'done', ms: 7 },
              { call: 2, text: 'two' },
            ],
          },
          { step: 2, tools: [] },
        ],
        end: { outcome: 'replied', reply: 'It is here.' },
      },
      { turn: 2, end: null, ms: null, pending: [{ step: 1, call: 0, attempts: 2, lastFailure: { kind: 'timeout' } }] },
    ]);
    const page = await engineer.trace(conversation.id, { limit: 1 });
    expect(page).toMatchObject({ turns: [{ turn: 1 }], next: 1 });
    expect((await engineer.trace(conversation.id, { after: 1 })).turns).toMatchObject([{ turn: 2 }]);
  });
});

describe('closing', () => {
  it('closes in the database, tells the run why, and may be asked for twice', async () => {
    const conversation = await begin();
    const closed = { conversationId: conversation.id, status: 'closed' };
    expect(await service.close(conversation.id, 'solved')).toEqual(closed);
    expect(api.closes).toContainEqual({ ...conversation, reason: 'solved' });
    expect(await service.close(conversation.id)).toEqual(closed);
    expect(await service.conversation(conversation.id)).toMatchObject({ status: 'closed', closeReason: 'solved' });
  });

  it('works without a body, and refuses one that is no JSON', async () => {
    const conversation = await begin();
    const address = `${api.url}/v1/conversations/${conversation.id}/close`;
    const authorization = `Bearer ${key}`;
    expect((await fetch(address, { method: 'POST', headers: { authorization } })).status).toBe(200);
    const headers = { authorization, 'content-type': 'application/json' };
    const broken = await fetch(address, { method: 'POST', headers, body: '{' });
    expect(await broken.json()).toMatchObject({ code: 'validation_failed' });
  });

  it('of nothing is 404, and works with Temporal down', async () => {
    await expect(service.close('nothing')).rejects.toMatchObject({ status: 404 });
    const conversation = await begin();
    api.temporalDown = true;
    expect((await service.close(conversation.id, undefined, { retries: 0 })).status).toBe('closed');
    api.temporalDown = false;
  });
});

describe('the client', () => {
  it('waits for the turn, and throws an error that says what to do', async () => {
    const conversation = await begin();
    api.onNudge = (nudged) => api.finishTurn(nudged, `reply for ${nudged.id}`);
    await api.finishTurn(conversation, 'first');
    const turn = await service.send(conversation.id, { text: 'And now?' }, { wait: 10_000 });
    api.onNudge = async () => undefined;
    expect(turn).toMatchObject({ seq: 2, reply: `reply for ${conversation.id}` });
    const error = await service.send(conversation.id, { text: '' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: 'message_empty',
      status: 400,
      message: expect.stringContaining('Send at least'),
    });
  });

  it('says which message is not answered when its time runs out', async () => {
    const conversation = await begin();
    const sent = service.send(conversation.id, { text: 'Hello?', messageId: 'm-9' }, { wait: 5 });
    await expect(sent).rejects.toThrow(TurnNotFinished);
    await expect(sent).rejects.toMatchObject({ accepted: { messageId: 'm-9', seq: 2 } });
  });
});
