import { expect, it } from 'vitest';
import { FEATURE_COUNT, featuresOf } from '../../../../guardrails/input/features.ts';
import { ngramScore } from '../../../../guardrails/input/ngram.ts';
import { viewsOf } from '../../../../guardrails/input/normalise.ts';

/** Weights that know one word: each feature of it counts. */
function knowing(word: string) {
  const weights = new Int8Array(FEATURE_COUNT);
  const { characters, words } = featuresOf(word, []);
  for (const feature of [...characters, ...words]) weights[feature] = 100;
  return { bias: -3, unit: 0.01, weights };
}

it('is higher with what the weights know', () => {
  const weights = knowing('zebra');
  expect(ngramScore(viewsOf('a zebra'), weights)).toBeGreaterThan(ngramScore(viewsOf('a horse'), weights));
});

it('is that of the worst window, wherever it stands in a long text', () => {
  const weights = knowing('zebra zebra');
  const around = 'nothing of note. '.repeat(600);
  const planted = `${around}${'zebra '.repeat(150)}${around}`;
  expect(ngramScore(viewsOf(around), weights)).toBeLessThan(0.2);
  expect(ngramScore(viewsOf(planted), weights)).toBeGreaterThan(2 * ngramScore(viewsOf(around), weights));
});

it('is that of the worst reading', () => {
  const weights = knowing('zebra zebra zebra');
  const hidden = Buffer.from('zebra zebra zebra').toString('base64');
  expect(ngramScore(viewsOf(`look: ${hidden}`), weights)).toBeCloseTo(
    ngramScore(viewsOf('zebra zebra zebra'), weights),
    1,
  );
});

it.each(['', '👍', '... 12 ?!'])('of %j, which has no word, is none', (text) => {
  expect(ngramScore(viewsOf(text), { ...knowing('zebra'), bias: 5 })).toBe(0);
});
