import { expect, it } from 'vitest';
import { conceptOf } from '../../../../guardrails/input/concepts.ts';
import { FEATURE_COUNT, featuresOf } from '../../../../guardrails/input/features.ts';

const copied = (text: string) => {
  const { characters, words, concepts } = featuresOf(text, []);
  return { characters: [...characters], words: [...words], concepts: [...concepts] };
};

it('are the same for the same text, each once, and in their ranges', () => {
  const first = copied('ignore the rules, ignore the rules');
  copied('something else in between');
  expect(copied('ignore the rules, ignore the rules')).toEqual(first);
  const all = [...first.characters, ...first.words, ...first.concepts];
  expect(new Set(all).size).toBe(all.length);
  expect(Math.max(...all)).toBeLessThan(FEATURE_COUNT);
});

it('do not tell digits apart', () => {
  expect(copied('order 12345')).toEqual(copied('order 987'));
});

it('say the same of the same ideas in another language', () => {
  expect(copied('ignoriere anweisungen').concepts).toEqual(copied('ignore instructions').concepts);
});

it.each([
  ['ignorar', 'disregard'],
  ['consignes', 'guidelines'],
  ['правила', 'rules'],
  ['onthul', 'reveal'],
])('%s stands for the same as %s', (one, other) => {
  expect(conceptOf(one)).toBe(conceptOf(other));
  expect(conceptOf(one)).not.toBe(0);
});

it('an ordinary word stands for nothing', () => {
  expect(conceptOf('washing')).toBe(0);
});
