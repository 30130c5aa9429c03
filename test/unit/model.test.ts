/** Loopback HTTP only: the model seam against the stand-in, and against servers that have their own ideas. */
import { createServer, type ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { watchCall } from '../../activities/call-watch.ts';
import { createModel, ModelCallError, toOpenAI } from '../../activities/model.ts';
import type { Json } from '../../core/manifest.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import { callTools, fault, reply } from '../../stand-in/steps.ts';
import { ask, modelRequest } from '../support/model-call.ts';

let standIn: StandIn;
const opened: { close(): unknown }[] = [];
beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.close());
afterEach(async () => {
  vi.useRealTimers();
  for (const server of opened.splice(0)) await server.close();
});

const at = (id: string) => ({ conversation: { tenant: 'shop', id } });

describe('a reply', () => {
  it('comes whole, and piece by piece while it is made', async () => {
    standIn.script('shop/text', [reply('Your parcel left the warehouse yesterday and arrives on Friday.')]);
    const pieces: string[] = [];
    let signsOfLife = 0;
    const answer = await ask(standIn.url, at('text'), {
      onText: (delta) => pieces.push(delta),
      onProgress: () => signsOfLife++,
    });
    expect(answer).toMatchObject({
      text: 'Your parcel left the warehouse yesterday and arrives on Friday.',
      toolCalls: [],
      finishReason: 'stop',
      model: 'handback-stand-in',
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(answer.text);
    expect(signsOfLife).toBeGreaterThan(pieces.length);
    expect(answer.usage).toMatchObject({ completion_tokens: 16 });
    expect(answer.msToFirstChunk).toBeLessThanOrEqual(answer.ms);
  });

  it('puts parallel tool calls together from their pieces and keeps their order', async () => {
    standIn.script('shop/tools', [
      callTools([
        { name: 'lookup_order', arguments: { orderId: 'O-1' } },
        { name: 'lookup_customer', arguments: { email: 'a@b.example' }, id: 'mine' },
      ]),
    ]);
    const answer = await ask(standIn.url, at('tools'));
    expect(answer).toMatchObject({ text: null, finishReason: 'tool_calls' });
    expect(answer.toolCalls).toEqual([
      { id: 'call_1_1_0', name: 'lookup_order', arguments: '{"orderId":"O-1"}' },
      { id: 'mine', name: 'lookup_customer', arguments: '{"email":"a@b.example"}' },
    ]);
  });

  it('may come as plain JSON from a server that does not stream', async () => {
    standIn.script('shop/plain', [callTools([{ name: 'a', arguments: {} }], 'One moment.', { plainJson: true })]);
    const pieces: string[] = [];
    const answer = await ask(standIn.url, at('plain'), { onText: (delta) => pieces.push(delta) });
    expect(answer).toMatchObject({ text: 'One moment.', toolCalls: [{ name: 'a', arguments: '{}' }] });
    expect(pieces).toEqual(['One moment.']);
  });

  it('keeps text and non-Latin letters in order when they come one character at a time', async () => {
    standIn.script('shop/unicode', [reply('Grüße, 東京 🏔️!', { chunks: 30 })]);
    expect((await ask(standIn.url, at('unicode'))).text).toBe('Grüße, 東京 🏔️!');
  });
});

describe('odd servers', () => {
  it('give every parallel call index 0: they are told apart by their ids', async () => {
    const url = await serve([
      delta({ tool_calls: [{ index: 0, id: 'x', function: { name: 'one', arguments: '{}' } }] }),
      delta({ tool_calls: [{ index: 0, id: 'y', function: { name: 'two', arguments: '{"a":1}' } }] }, 'tool_calls'),
    ]);
    const { toolCalls } = await ask(url);
    expect(toolCalls).toEqual([
      { id: 'x', name: 'one', arguments: '{}' },
      { id: 'y', name: 'two', arguments: '{"a":1}' },
    ]);
  });

  it('give no ids and no arguments: both are filled in', async () => {
    const url = await serve([
      delta({ tool_calls: [{ function: { name: 'one' } }] }),
      delta({ tool_calls: [{ function: { name: 'two' } }] }, 'tool_calls'),
    ]);
    const { toolCalls } = await ask(url, { turn: 3, step: 2 });
    expect(toolCalls).toEqual([
      { id: 'call_3_2_0', name: 'one', arguments: '{}' },
      { id: 'call_3_2_1', name: 'two', arguments: '{}' },
    ]);
  });

  it('send what PostgreSQL cannot store: NUL and half a surrogate pair are gone', async () => {
    const url = await serve([delta({ content: 'a\0b\ud83d!' }, 'stop')]);
    expect((await ask(url)).text).toBe('ab\ufffd!');
  });

  it('repeat the prompt in their error: it is not in the failure', async () => {
    const secret = modelRequest().messages[1]?.content ?? '';
    const url = await serveStatus(400, { error: { message: `Bad content: ${secret}`, type: 'invalid_request_error' } });
    const { failure } = await failing(ask(url));
    expect(failure).toEqual({
      kind: 'invalid_request',
      status: 400,
      message: 'HTTP 400 · (the message repeats the prompt and is left out)',
    });
  });
});

describe('the request', () => {
  it('names conversation, turn, step and attempt, and an idempotency key that is the same for every attempt', async () => {
    const seen: Headers[] = [];
    const model = createModel({
      baseURL: standIn.url,
      apiKey: 'test',
      fetch: (url, init) => {
        seen.push(new Headers(init?.headers));
        return fetch(url, init);
      },
    });
    const { signal } = new AbortController();
    for (const attempt of [1, 2]) await model.complete(modelRequest({ turn: 4, step: 2, attempt }), { signal });
    const names = [
      'x-handback-conversation',
      'x-handback-turn',
      'x-handback-step',
      'x-handback-attempt',
      'idempotency-key',
    ];
    expect(seen.map((headers) => names.map((name) => headers.get(name)))).toEqual([
      ['shop/c1', '4', '2', '1', 'shop/c1/4/2'],
      ['shop/c1', '4', '2', '2', 'shop/c1/4/2'],
    ]);
  });

  it('sends tools with their schema, limits by the name the service knows, and no empty list of tools', async () => {
    const bodies: Record<string, Json>[] = [];
    const capture: typeof fetch = (_, init) => {
      bodies.push(JSON.parse(typeof init?.body === 'string' ? init.body : 'null'));
      return Promise.reject(new Error('seen'));
    };
    const input = { type: 'object', properties: {} };
    const tool = {
      name: 't',
      description: 'A tool.',
      permission: 'allow',
      sideEffect: false,
      timeoutMs: 1,
      input,
    } as const;
    for (const [baseURL, tools] of [[undefined, [tool]] as const, ['http://127.0.0.1:1/v1', []] as const]) {
      const model = createModel({ baseURL, apiKey: 'test', fetch: capture });
      const request = modelRequest({ tools, maxOutputTokens: 50, temperature: 0.2 });
      await failing(model.complete(request, { signal: new AbortController().signal }));
    }
    expect(bodies[0]).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0.2,
      max_completion_tokens: 50,
      tools: [{ type: 'function', function: { name: 't', description: 'A tool.', parameters: input } }],
    });
    expect(bodies[1]).toMatchObject({ max_tokens: 50 });
    expect(bodies[1]).not.toHaveProperty('tools');
  });

  it('respells names and wraps arguments that services reject, so that one bad reply cannot spoil all later ones', () => {
    const call = { id: 'x', name: 'functions.look up', arguments: '{"broken' };
    expect(toOpenAI({ role: 'assistant', content: null, toolCalls: [call] })).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'x',
          type: 'function',
          function: { name: 'functions_look_up', arguments: '{"not_a_json_object":"{\\"broken"}' },
        },
      ],
    });
  });
});

describe('ending a call early', () => {
  it('a cancelled stream is over at once and the server sees the socket close', async () => {
    standIn.script('shop/cancel', [fault('slow_drip')]);
    const abort = new AbortController();
    const before = standIn.calls.hungUp;
    let abortedAt = 0;
    const error = await failing(
      ask(standIn.url, at('cancel'), {
        signal: abort.signal,
        onText: () => {
          abortedAt ||= performance.now();
          abort.abort();
        },
      }),
    );
    expect(error.failure.kind).toBe('cancelled');
    expect(performance.now() - abortedAt).toBeLessThan(500);
    await vi.waitFor(() => expect(standIn.calls.hungUp).toBe(before + 1), { timeout: 1_000, interval: 5 });
  });

  it('a reply that is given up half-way does not keep its socket', async () => {
    standIn.script('shop/endless', [fault('endless_text')]);
    const before = standIn.calls.hungUp;
    await failing(ask(standIn.url, at('endless')));
    await vi.waitFor(() => expect(standIn.calls.hungUp).toBe(before + 1), { timeout: 1_000, interval: 5 });
  });

  it('a body that is no answer is not read, and its socket is closed', async () => {
    const server = await neverEnding('text/html', '<html>');
    expect((await failing(ask(server.url))).failure.kind).toBe('upstream_degraded');
    await vi.waitFor(() => expect(server.closed()).toBe(1), { timeout: 1_000, interval: 5 });
  });

  it('a call that is cancelled at its last event is cancelled, not answered', async () => {
    const server = await neverEnding('text/event-stream', delta({ content: 'Done.' }, 'stop'));
    const abort = new AbortController();
    const error = await failing(ask(server.url, {}, { signal: abort.signal, onProgress: () => abort.abort() }));
    expect(error.failure.kind).toBe('cancelled');
  });

  it('a reply that falls silent half-way is a timeout long before the whole call would be', async () => {
    standIn.script('shop/stalls', [fault('stream_stalls')]);
    const model = createModel({ baseURL: standIn.url, apiKey: 'test', idleTimeoutMs: 30 });
    const call = model.complete(modelRequest({ ...at('stalls'), timeoutMs: 60_000 }), {
      signal: new AbortController().signal,
    });
    expect((await failing(call)).failure.kind).toBe('timeout');
  });

  it('a silence counts only after the reply has begun, and every sign of life starts the wait again', () => {
    vi.useFakeTimers();
    const watch = watchCall(new AbortController().signal, 600_000, 60_000);
    vi.advanceTimersByTime(300_000);
    expect(watch.aborted).toBeUndefined();
    watch.heard();
    vi.advanceTimersByTime(59_000);
    watch.heard();
    vi.advanceTimersByTime(59_000);
    expect(watch.aborted).toBeUndefined();
    vi.advanceTimersByTime(1_001);
    expect(watch.aborted).toBe('timeout');
    expect(watch.signal.aborted).toBe(true);
  });

  it('a finished call leaves no listener and no timer behind', () => {
    vi.useFakeTimers();
    const outer = new AbortController();
    const watch = watchCall(outer.signal, 1_000, 1_000);
    watch.heard();
    watch.end('finished');
    expect(vi.getTimerCount()).toBe(0);
    outer.abort();
    expect(watch.signal.aborted).toBe(false);
  });
});

async function failing(call: Promise<unknown>): Promise<ModelCallError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ModelCallError) return thrown;
  throw new Error(`Expected a ModelCallError, got ${String(thrown)}`);
}

function delta(content: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: content, finish_reason: finish }] })}\n\n`;
}

function serve(events: readonly string[]): Promise<string> {
  return listen(200, 'text/event-stream', `${events.join('')}data: [DONE]\n\n`);
}

function serveStatus(status: number, body: object): Promise<string> {
  return listen(status, 'application/json', JSON.stringify(body));
}

async function neverEnding(type: string, start: string): Promise<{ url: string; closed(): number }> {
  let closed = 0;
  const url = await open((response) => {
    response.on('close', () => closed++);
    response.writeHead(200, { 'content-type': type }).write(start);
  });
  return { url, closed: () => closed };
}

function listen(status: number, type: string, body: string): Promise<string> {
  return open((response) => response.writeHead(status, { 'content-type': type }).end(body));
}

function open(respond: (response: ServerResponse) => void): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer((_, response) => respond(response));
    opened.push({ close: () => (server.closeAllConnections(), server.close()) });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`);
    });
  });
}
