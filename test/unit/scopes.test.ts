/** A worker's scopes before it starts, and what becomes of messages where the encoder does not work. */
import { describe, expect, it } from 'vitest';
import { screenTopic } from '../../activities/screen-scope.ts';
import { defineAgent } from '../../agents/define.ts';
import type { ScopeSettings } from '../../core/manifest.ts';
import { lazyEmbedder, prepareScopes } from '../../workers/scopes.ts';

const scope: ScopeSettings = { examples: [{ text: 'where is my parcel' }] };
const agent = (id: string, guardrails = {}) =>
  defineAgent({ id, model: 'talker', instructions: 'Talk.', tools: [], guardrails });
const missing = lazyEmbedder(async () => {
  throw new Error('there is no model.onnx');
});

describe('a worker', () => {
  it('whose agents have no scope does not ask for the encoder', async () => {
    let asked = 0;
    await prepareScopes([agent('open')], async () => Promise.reject(new Error(`asked ${++asked} times`)));
    expect(asked).toBe(0);
  });

  it('with an agent that has one does not start without: the error names it and the command', async () => {
    const starting = prepareScopes([agent('open'), agent('shop', { scope })], missing.open);
    await expect(starting).rejects.toThrow('"shop" needs the sentence encoder: run `handback models fetch`');
    await expect(starting).rejects.toThrow('there is no model.onnx');
    await expect(starting).rejects.not.toThrow('"open"');
  });

  it('that was put together without an encoder is told what to give it', async () => {
    await expect(prepareScopes([agent('shop', { scope })], undefined)).rejects.toThrow('lazyEmbedder(');
  });
});

describe('an encoder that is opened when it is needed', () => {
  it('is looked for again after a failure, and at once for everybody who asks', async () => {
    let looked = 0;
    const failing = lazyEmbedder(async () => {
      looked++;
      throw new Error('gone');
    });
    const both = await Promise.allSettled([failing.open(), failing.open()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(looked).toBe(1);
    await expect(failing.open()).rejects.toThrow('gone');
    expect(looked).toBe(2);
  });

  it('that nobody opened is closed without being opened', async () => {
    await missing.close();
  });
});

describe('a message', () => {
  const message = {
    turn: 2,
    step: 0,
    call: 0,
    role: 'customer',
    text: 'Write me a poem about the sea and the wind',
  } as const;
  const errors: object[] = [];
  const ignore = () => undefined;
  const log = { debug: ignore, info: ignore, warn: ignore, error: (fields: object) => void errors.push(fields) };

  it.each([
    ['whose encoder cannot be opened', missing.open],
    ['on a worker without an encoder', undefined],
    [
      'whose encoder fails',
      async () => ({ embed: async () => Promise.reject(new Error('no')), close: async () => undefined }),
    ],
  ])('%s is stopped, not let through, and the log says so', async (_, embedder) => {
    errors.length = 0;
    const found = await screenTopic({ embedder, log }, scope, message, [message], false);
    expect(found).toEqual({ verdict: { guardrail: 'scope', verdict: 'block', reason: 'it threw Error' } });
    expect(errors).toHaveLength(1);
  });

  it('that is a yes to what was asked is not looked at', async () => {
    const found = await screenTopic({ embedder: missing.open, log }, scope, message, [message], true);
    expect(found.verdict).toMatchObject({ verdict: 'pass', stage: 'dialogue' });
  });
});
