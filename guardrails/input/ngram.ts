/** The cascade's fourth stage: logistic regression over hashed n-grams, the highest over all windows of all readings. */
import { type Features, featuresOf } from './features.ts';
import type { View } from './normalise.ts';
import type { Weights } from './weights.ts';
import { windowsOf } from './windows.ts';

/** Nobody is told anything without words, and a model of words has nothing to say about `[]`. */
const WORD = /\p{L}{2}|\p{N}{8}/u;

/** A name, a code, "configuration_0": one word of a script that puts spaces between words orders nothing. */
const ONE_WORD = /^[\s"'(]*[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}_'-]{1,20}[\s"').,:;!?…]*$/u;
/** What is longer is not looked at by `ONE_WORD`, which keeps that from looking back for long. */
const ONE_WORD_LENGTH = 32;

/** @param view a reading and not the text itself: what is spread out or drawn in boxes has no two letters side by side */
export function hasWords({ text }: View): boolean {
  return WORD.test(text) && (text.length > ONE_WORD_LENGTH || !ONE_WORD.test(text));
}

/** @returns how much the text looks like an attack, from 0 to 1; not a share of anything, only to be held against thresholds */
export function ngramScore(views: readonly View[], weights: Weights): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const view of views) {
    if (!hasWords(view)) continue;
    for (const window of windowsOf(view.text)) {
      highest = Math.max(highest, margin(featuresOf(window, view.disguises), weights));
    }
  }
  return 1 / (1 + Math.exp(-highest));
}

/**
 * Before the squashing: what training sums up too.
 * Each kind counts by the root of its number, so that long texts are not louder than short ones.
 */
export function margin(features: Features, { bias, unit, weights }: Weights): number {
  const sum =
    of(features.characters, weights, SPARSE.characters) +
    of(features.words, weights, SPARSE.words) +
    of(features.concepts, weights, SPARSE.concepts);
  return bias + unit * sum;
}

/**
 * Features of a kind that stand in for what a short text does not say: with fewer than these it is drawn towards the bias,
 * which is harmless. A dozen words have several times as many of each.
 */
export const SPARSE: Readonly<Record<keyof Features, number>> = { characters: 20, words: 5, concepts: 3 };

/** What one feature of `count` counts for. */
export function shareOfOne(count: number, sparse: number): number {
  return 1 / Math.sqrt(count + sparse);
}

function of(list: Uint32Array, weights: Int8Array, sparse: number): number {
  let sum = 0;
  for (const feature of list) sum += weights[feature] ?? 0;
  return sum * shareOfOne(list.length, sparse);
}
