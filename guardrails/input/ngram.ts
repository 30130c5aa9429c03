/** The cascade's fourth stage: logistic regression over hashed n-grams, the highest over all windows of all readings. */
import { type Features, featuresOf } from './features.ts';
import type { View } from './normalise.ts';
import type { Weights } from './weights.ts';
import { windowsOf } from './windows.ts';

/** Nobody is told anything without words, and a model of words has nothing to say about `[]`. */
const WORD = /\p{L}{2}|\p{N}{8}/u;

/** @param view a reading and not the text itself: what is spread out or drawn in boxes has no two letters side by side */
export function hasWords(view: View): boolean {
  return WORD.test(view.text);
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
  const sum = of(features.characters, weights) + of(features.words, weights) + of(features.concepts, weights);
  return bias + unit * sum;
}

function of(list: Uint32Array, weights: Int8Array): number {
  let sum = 0;
  for (const feature of list) sum += weights[feature] ?? 0;
  return sum / Math.sqrt(list.length || 1);
}
