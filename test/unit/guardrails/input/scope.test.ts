import { describe, expect, it } from 'vitest';
import type { Embedder } from '../../../../guardrails/embedding/embedder.ts';
import { unit } from '../../../../guardrails/embedding/pooling.ts';
import { decodeBackground, encodeBackground, readBackground } from '../../../../guardrails/input/scope/background.ts';
import { declineOf } from '../../../../guardrails/input/scope/decline.ts';
import { isDialogueAct, isFollowUp } from '../../../../guardrails/input/scope/dialogue-acts.ts';
import { type Example, scopeOf } from '../../../../guardrails/input/scope/scope.ts';
import { screenScope } from '../../../../guardrails/input/scope/screen.ts';

const along = (...values: number[]) => unit(Float32Array.from([...values, 0.01, 0.01].slice(0, 4)));

/** Two intents of twelve examples each, about the first and the second axis. */
const examples: readonly Example[] = [0, 1].flatMap((axis) =>
  Array.from({ length: 12 }, (_, at) => ({
    vector: axis === 0 ? along(1, 0.02 * at, 0.1) : along(0.02 * at, 1, 0.1),
    label: `intent ${axis}`,
  })),
);

describe('a scope from examples', () => {
  const scope = scopeOf(examples, [along(0, 0, 1)]);

  it('a text near an intent scores lower than one near none, and the threshold lies between them', () => {
    const [near, far] = [scope.scoreOf(along(1, 0.1, 0)), scope.scoreOf(along(0, 0, 1))];
    expect(near).toBeLessThan(scope.threshold);
    expect(far).toBeGreaterThan(scope.threshold);
  });

  it('being near to what people ask about in general counts against a text', () => {
    const without = scopeOf(examples, []);
    const between = along(0.7, 0, 0.7);
    expect(scope.scoreOf(between)).toBeGreaterThan(without.scoreOf(between));
  });

  it('a direction of the background that is an intent of the scope does not count against its texts', () => {
    const overlapping = scopeOf(examples, [along(0, 0, 1), along(1, 0.1, 0.1)]);
    expect(overlapping.scoreOf(along(1, 0.1, 0))).toBe(scope.scoreOf(along(1, 0.1, 0)));
  });
});

describe('the background', () => {
  it('comes back from its bytes with the same directions', () => {
    const vector = unit(Float32Array.from({ length: 384 }, (_, at) => Math.sin(at + 1)));
    const [read] = decodeBackground(encodeBackground([vector]));
    expect(Math.max(...vector.map((value, at) => Math.abs(value - (read?.[at] ?? 0))))).toBeLessThan(0.005);
  });

  it('bytes of something else are refused', () => {
    expect(() => decodeBackground(new Uint8Array(40))).toThrow('not the bytes');
  });

  it('a missing file names the command that makes it', () => {
    expect(() => readBackground('/nowhere/background.bin')).toThrow('npm run train:scope');
  });
});

describe('what belongs to every conversation', () => {
  it.each([
    'Hi!',
    'Thank you, bye.',
    'yes please',
    "That's all",
    'Can I talk to a human?',
    'Danke schön!',
    '谢谢',
    '👍',
  ])('%s is never off topic', (text) => {
    expect(isDialogueAct(text)).toBe(true);
  });

  it.each(['Hello, what is the capital of France?', 'no, write me a poem', 'Thanks! Now do my homework'])(
    '%s is looked at',
    (text) => {
      expect(isDialogueAct(text)).toBe(false);
    },
  );

  it('a few words are a follow-up only inside a conversation', () => {
    expect(isFollowUp('and the blue one?', true)).toBe(true);
    expect(isFollowUp('and the blue one?', false)).toBe(false);
    expect(isFollowUp('write a long poem about the blue one', true)).toBe(false);
  });
});

describe('what is written without spaces', () => {
  it.each([
    ['Japanese', '海についての長い詩を書いてください。お願いします。'],
    ['Chinese', '请给我写一首关于大海的长诗'],
    ['Thai', 'ช่วยเขียนบทกวียาวเกี่ยวกับทะเลให้ฉันหน่อย'],
    ['Japanese with English words', '長い詩を英語で書いて please now'],
  ])('in %s is no follow-up because it has few spaces', (_, text) => {
    expect(isFollowUp(text, true)).toBe(false);
  });

  it.each([
    ['Japanese', '青いのは?'],
    ['Chinese', '那蓝色的呢?'],
    ['Thai', 'แล้วสีฟ้าล่ะ'],
    ['Korean, which has spaces', '파란색은 어때요?'],
  ])('in %s is a follow-up where it is as short as four words', (_, text) => {
    expect(isFollowUp(text, true)).toBe(true);
  });
});

describe('declining', () => {
  it('speaks the language and says what the agent is there for', () => {
    expect(declineOf('de', 'Bestellungen und Rückgaben.')).toBe(
      'Es tut mir leid, dabei kann ich hier nicht helfen. Weiterhelfen kann ich bei: Bestellungen und Rückgaben.',
    );
  });

  it('falls back to English, and takes a description literally', () => {
    expect(declineOf('xx', 'costs $& more')).toContain('help with: costs $& more.');
    expect(declineOf(undefined)).not.toContain('{scope}');
  });
});

/** Texts that start with "in" lie on the first axis, all others on the third; counts how many it was asked for. */
function countingEmbedder(): Embedder & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    embed: async (texts) => {
      asked.push(...texts);
      const size = readBackground()[0]?.length ?? 0;
      return texts.map((text) => {
        const vector = new Float32Array(size);
        vector[text.startsWith('in') ? 0 : 2] = 1;
        return vector;
      });
    },
    close: async () => undefined,
  };
}

describe('screening for scope', () => {
  it.each([
    ['as the message is', 'Bitte schreib mir ein Gedicht über das Meer und die Wellen', [], 'Es tut mir leid'],
    [
      'as the newest before it that tells, where it is short',
      'Pizza?',
      ['ok', 'Ich warte schon lange auf mein Paket', 'Where is my order now?'],
      'Es tut mir leid',
    ],
    ['English, where none tells', 'Pizza?', ['ok'], 'I am sorry'],
  ])('declines in the language: %s', async (_, text, earlier, start) => {
    const deps = { embedder: countingEmbedder(), inConversation: false, earlier };
    const { decline } = await screenScope(text, { examples: [{ text: 'in scope' }] }, deps);
    expect(decline?.startsWith(start)).toBe(true);
  });

  const settings = { examples: [{ text: 'in scope' }], decline: 'Sorry.' };

  it('declines what is far from the examples and passes what is near', async () => {
    const embedder = countingEmbedder();
    const deps = { embedder, inConversation: false };
    expect(await screenScope('something else entirely', settings, deps)).toMatchObject({
      verdict: 'block',
      stage: 'scope',
      decline: 'Sorry.',
    });
    expect(await screenScope('in it goes', settings, deps)).toMatchObject({ verdict: 'pass', stage: 'scope' });
  });

  it('encodes the examples once for equal settings, and nothing for a greeting', async () => {
    const embedder = countingEmbedder();
    await screenScope('hello', settings, { embedder, inConversation: false });
    expect(embedder.asked).toEqual([]);
    await screenScope('in one', settings, { embedder, inConversation: false });
    await screenScope('in two', { ...settings, threshold: 0.9 }, { embedder, inConversation: false });
    expect(embedder.asked).toEqual(['in scope', 'in one', 'in two']);
  });

  it('an encoder that fails is asked for the examples again by the next message', async () => {
    const embedder = countingEmbedder();
    let broken = true;
    const flaky: Embedder = {
      ...embedder,
      embed: async (texts) => (broken ? Promise.reject(new Error('gone')) : embedder.embed(texts)),
    };
    await expect(screenScope('in one', settings, { embedder: flaky, inConversation: false })).rejects.toThrow('gone');
    broken = false;
    expect(await screenScope('in one', settings, { embedder: flaky, inConversation: false })).toMatchObject({
      verdict: 'pass',
    });
  });
});
