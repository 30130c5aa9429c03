/** Loopback HTTP only: the stand-in model keeps its scripts, repeats what a crash repeats, and says what it is. */
import { afterEach, describe, expect, it } from 'vitest';
import { markedAsData } from '../../core/tool-data.ts';
import { genericRules } from '../../stand-in/rules.ts';
import { UnconsumedModelStepsError, UnexpectedModelCallError } from '../../stand-in/script.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../stand-in/server.ts';
import { callTools, fault, reply, type StandInMessage, type StandInTool } from '../../stand-in/steps.ts';
import { ask } from '../support/model-call.ts';

const running: StandIn[] = [];
async function start(options?: StandInOptions): Promise<StandIn> {
  const standIn = await startStandIn(options);
  running.push(standIn);
  return standIn;
}
afterEach(async () => {
  for (const standIn of running.splice(0)) await standIn.close();
});

describe('a script', () => {
  it('is consumed in order', async () => {
    const standIn = await start();
    standIn.script('shop/c1', [callTools([{ name: 'a', arguments: {} }]), reply('Done.')]);
    expect((await ask(standIn.url, { step: 1 })).toolCalls).toHaveLength(1);
    expect((await ask(standIn.url, { step: 2 })).text).toBe('Done.');
    standIn.assertFinished();
  });

  it('gives a repeated request the same answer again, so that a crash does not shift it', async () => {
    const standIn = await start();
    standIn.script('shop/c1', [callTools([{ name: 'a', arguments: {} }]), reply('Done.')]);
    const first = await ask(standIn.url, { step: 1 });
    const repeated = await ask(standIn.url, { step: 1 });
    expect(repeated.toolCalls).toEqual(first.toolCalls);
    expect((await ask(standIn.url, { step: 2 })).text).toBe('Done.');
    expect(standIn.calls.repeats('shop/c1')).toBe(1);
    expect(standIn.calls.count('shop/c1')).toBe(3);
    standIn.assertFinished();
  });

  it('goes on to its next entry when the request after a fault is the retry of it', async () => {
    const standIn = await start();
    standIn.script('shop/c1', [fault('unavailable_503'), fault('socket_dies_mid_stream'), reply('There.')]);
    await expect(ask(standIn.url)).rejects.toThrow('upstream_degraded');
    await expect(ask(standIn.url)).rejects.toThrow('network');
    expect((await ask(standIn.url)).text).toBe('There.');
    expect(standIn.calls.repeats('shop/c1')).toBe(0);
    standIn.assertFinished();
  });

  it('that runs short fails the test, naming the conversation and the place', async () => {
    const standIn = await start();
    standIn.script('shop/c1', [reply('One.')]);
    await ask(standIn.url, { turn: 1 });
    await expect(ask(standIn.url, { turn: 2 })).rejects.toMatchObject({ failure: { status: 500 } });
    expect(() => standIn.assertFinished()).toThrow(UnexpectedModelCallError);
    expect(() => standIn.assertFinished()).toThrow(/shop\/c1 .* turn 2 step 1/);
  });

  it('that runs long fails the test, naming the conversation and what is left', async () => {
    const standIn = await start();
    standIn.script('shop/c1', [reply('One.'), callTools([{ name: 'refund', arguments: {} }]), fault('no_answer')]);
    standIn.script('shop/c2', [reply('Two.')]);
    await ask(standIn.url);
    expect(() => standIn.assertFinished()).toThrow(UnconsumedModelStepsError);
    expect(() => standIn.assertFinished('shop/c1')).toThrow(/shop\/c1 .*callTools\(refund\), fault\(no_answer\)/);
    await ask(standIn.url, { conversation: { tenant: 'shop', id: 'c2' } });
    expect(() => standIn.assertFinished('shop/c2')).not.toThrow();
  });

  it('is one conversation’s own', async () => {
    const standIn = await start();
    standIn.script('shop/c1', [reply('For c1.')]);
    const other = await ask(standIn.url, { conversation: { tenant: 'other', id: 'c1' } });
    expect(other.text).toContain('stand-in');
    expect((await ask(standIn.url)).text).toBe('For c1.');
  });
});

describe('where answers come from', () => {
  it('a script first, then the answer function, then the rules', async () => {
    const standIn = await start({
      answer: ({ conversation, turn, step }) =>
        conversation === 'shop/c2' ? Promise.resolve(reply(`recorded ${turn}/${step}`)) : undefined,
      rules: () => reply('by rule'),
    });
    standIn.script('shop/c1', [reply('scripted')]);
    const answers: (string | null)[] = [];
    for (const id of ['c1', 'c2', 'c3']) {
      answers.push((await ask(standIn.url, { conversation: { tenant: 'shop', id }, turn: 2, step: 3 })).text);
    }
    expect(answers).toEqual(['scripted', 'recorded 2/3', 'by rule']);
  });

  it('an answer function that throws is HTTP 500, not a dead server', async () => {
    const standIn = await start({
      answer: () => {
        throw new Error('no recording');
      },
    });
    await expect(ask(standIn.url)).rejects.toMatchObject({ failure: { status: 500 } });
    expect((await fetch(standIn.url.replace('/v1', '/healthz'))).status).toBe(200);
  });
});

describe('the wire', () => {
  it('answers in one document when no stream is asked for, and to callers without our headers', async () => {
    const standIn = await start({ rules: () => reply('Hello.') });
    const response = await post(standIn, { model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model: 'handback-stand-in',
      system_fingerprint: 'handback-stand-in',
      choices: [{ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 2 },
    });
  });

  it('streams several events, the last of them with the usage', async () => {
    const standIn = await start({ rules: () => reply('Hello there, how are you doing on this fine day?') });
    const text = await (await post(standIn, { model: 'm', messages: [], stream: true })).text();
    const events = text.trim().split('\n\n');
    expect(events.length).toBeGreaterThanOrEqual(5);
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(JSON.parse(events.at(-2)?.slice(6) ?? '')).toMatchObject({ choices: [], usage: { completion_tokens: 12 } });
  });

  it('paces an answer that is told to take its time', async () => {
    const standIn = await start({ rules: () => reply('a b c', { delayMs: 30, chunkDelayMs: 10 }) });
    const answer = await ask(standIn.url);
    expect(answer.text).toBe('a b c');
    expect(answer.msToFirstChunk).toBeGreaterThanOrEqual(28);
    expect(answer.ms - answer.msToFirstChunk).toBeGreaterThanOrEqual(20);
  });

  it('lists a model, reports its health, and says what it knows to whoever asks for something else', async () => {
    const standIn = await start();
    expect(await (await fetch(`${standIn.url}/models`)).json()).toMatchObject({ data: [{ id: 'handback-stand-in' }] });
    expect((await fetch(`${standIn.url}/embeddings`, { method: 'POST' })).status).toBe(404);
    expect((await post(standIn, 'not json')).status).toBe(400);
  });

  it('a taken port is an error that names it', async () => {
    const { port } = new URL((await start()).url);
    await expect(startStandIn({ port: Number(port) })).rejects.toThrow(`127.0.0.1:${port}`);
  });

  it('remembers messages only when told to', async () => {
    const with_ = await start({ record: 'messages' });
    const without = await start();
    await ask(with_.url);
    await ask(without.url);
    expect(with_.calls.list[0]?.messages).toHaveLength(2);
    expect(without.calls.list[0]).not.toHaveProperty('messages');
  });
});

describe('the generic rules', () => {
  const tools: StandInTool[] = [
    { function: { name: 'lookup_order', parameters: { type: 'object', required: ['orderId'] } } },
    { function: { name: 'list_products' } },
  ];
  const user = (content: string): StandInMessage => ({ role: 'user', content });

  it('say that this is a stand-in and not a language model, and how to try a tool', () => {
    const step = genericRules([user('hello')], tools);
    expect(step).toMatchObject({ kind: 'reply' });
    expect(step.kind === 'reply' && step.text).toMatch(
      /not a language model.*\/lookup_order \{"orderId":"…"\}.*\/list_products/,
    );
  });

  it('call the tools a message names, several in parallel, with the arguments as written', () => {
    expect(genericRules([user('/lookup_order {"orderId":"O-1"}\n/list_products')], tools)).toMatchObject({
      kind: 'call_tools',
      calls: [
        { name: 'lookup_order', arguments: '{"orderId":"O-1"}' },
        { name: 'list_products', arguments: '{}' },
      ],
    });
    expect(genericRules([user('/lookup_order {broken')], tools)).toMatchObject({ calls: [{ arguments: '{broken' }] });
  });

  it('name the tools there are when a message names one there is not', () => {
    const step = genericRules([user('/launch_rocket')], tools);
    expect(step.kind === 'reply' && step.text).toMatch(/no tool called launch_rocket.*\/lookup_order/);
  });

  it('repeat what the tools answered in plain words', () => {
    const asked: StandInMessage = {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'x', function: { name: 'lookup_order', arguments: '{}' } },
        { id: 'y', function: { name: 'list_products', arguments: '{}' } },
      ],
    };
    const results: StandInMessage[] = [
      {
        role: 'tool',
        tool_call_id: 'x',
        content: markedAsData('lookup_order', '{"status":"shipped","items":[{"sku":"T-1"}]}'),
      },
      { role: 'tool', tool_call_id: 'y', content: 'The shop is closed.' },
    ];
    const step = genericRules([user('/lookup_order'), asked, ...results], tools);
    expect(step.kind === 'reply' && step.text.split('\n')).toEqual([
      'lookup_order answered: status: shipped, items: (sku: T-1)',
      'list_products answered: The shop is closed.',
    ]);
  });
});

function post(standIn: StandIn, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${standIn.url}/chat/completions`, { method: 'POST', body: text });
}
