/** Logistic regression by FTRL-proximal (McMahan and others, 2013): one pass after another, sparse, the same for the same seed. */
import { FEATURE_COUNT, type Features } from '../../../guardrails/input/features.ts';
import { SPARSE, shareOfOne } from '../../../guardrails/input/ngram.ts';
import type { Weights } from '../../../guardrails/input/weights.ts';
import { randomFrom } from '../../conformance/random.ts';
import { type Example, trainedOn } from './examples.ts';

export interface Settings {
  readonly seed: number;
  readonly passes: number;
  readonly alpha: number;
  readonly beta: number;
  readonly l1: number;
  readonly l2: number;
  /** A source with n rows counts as n to this power within its class: 1 as many as it has, 0 as much as any other. */
  readonly sourcePower: number;
  /** How much more the benign class counts than the attacks. */
  readonly benign: number;
}

export const SETTINGS: Settings = {
  seed: 5,
  passes: 4,
  alpha: 0.3,
  beta: 1,
  l1: 0.02,
  l2: 0.5,
  sourcePower: 0.5,
  benign: 1,
};

interface Step {
  readonly features: Features;
  readonly target: number;
  readonly weight: number;
}

export function trainWeights(examples: readonly Example[], settings: Settings): Weights {
  const steps = stepsOf(examples, settings);
  const random = randomFrom(settings.seed);
  const learner = startLearner(settings);
  for (let pass = 0; pass < settings.passes; pass++) {
    for (const step of shuffled(steps, random)) learner.learn(step);
  }
  return quantised(learner.bias(), learner.weights());
}

function stepsOf(examples: readonly Example[], settings: Settings): readonly Step[] {
  const rows = new Map<string, number>();
  const keyOf = ({ row }: Example) => `${row.attack} ${row.source}`;
  for (const example of examples) rows.set(keyOf(example), (rows.get(keyOf(example)) ?? 0) + 1);
  const weightOf = (example: Example) => (rows.get(keyOf(example)) ?? 1) ** (settings.sourcePower - 1);
  const total = (attack: boolean) =>
    examples.reduce((sum, example) => sum + (example.row.attack === attack ? weightOf(example) : 0), 0);
  const scale = {
    attack: examples.length / 2 / total(true),
    benign: (settings.benign * examples.length) / 2 / total(false),
  };
  return examples.flatMap((example) => {
    const windows = trainedOn(example);
    const { attack } = example.row;
    const weight = Math.min(
      20,
      (weightOf(example) * (attack ? scale.attack : scale.benign)) / Math.sqrt(windows.length),
    );
    return windows.map((features) => ({ features, target: attack ? 1 : 0, weight }));
  });
}

function shuffled(steps: readonly Step[], random: () => number): readonly Step[] {
  const order = [...steps];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [order[last], order[other]];
    if (a === undefined || b === undefined) continue;
    order[last] = b;
    order[other] = a;
  }
  return order;
}

const KINDS = ['characters', 'words', 'concepts'] as const;

function startLearner({ alpha, beta, l1, l2 }: Settings) {
  // The last place is the bias's.
  const z = new Float64Array(FEATURE_COUNT + 1);
  const n = new Float64Array(FEATURE_COUNT + 1);
  const weightAt = (at: number, l1: number): number => {
    const sum = z[at] ?? 0;
    if (Math.abs(sum) <= l1) return 0;
    return -(sum - Math.sign(sum) * l1) / ((beta + Math.sqrt(n[at] ?? 0)) / alpha + l2);
  };
  const update = (at: number, gradient: number, l1: number): void => {
    const before = n[at] ?? 0;
    const after = before + gradient * gradient;
    z[at] = (z[at] ?? 0) + gradient - ((Math.sqrt(after) - Math.sqrt(before)) / alpha) * weightAt(at, l1);
    n[at] = after;
  };
  const sum = (list: Uint32Array): number => {
    let total = 0;
    for (const at of list) total += weightAt(at, l1);
    return total;
  };
  return {
    learn({ features, target, weight }: Step): void {
      const kinds = KINDS.map((kind) => ({
        list: features[kind],
        one: shareOfOne(features[kind].length, SPARSE[kind]),
      }));
      const margin = kinds.reduce((total, { list, one }) => total + one * sum(list), weightAt(FEATURE_COUNT, 0));
      const gradient = weight * (1 / (1 + Math.exp(-margin)) - target);
      for (const { list, one } of kinds) {
        for (const at of list) update(at, gradient * one, l1);
      }
      update(FEATURE_COUNT, gradient, 0);
    },
    bias: () => weightAt(FEATURE_COUNT, 0),
    weights: () => Float64Array.from({ length: FEATURE_COUNT }, (_, at) => weightAt(at, l1)),
  };
}

/** A byte a weight. The few that are larger than nearly all others are cut, else these would have no steps left. */
function quantised(bias: number, weights: Float64Array): Weights {
  const sizes = weights
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  const unit = ((sizes[Math.floor(sizes.length * 0.9995)] ?? 1) || 1) / 127;
  const bytes = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / unit))));
  return { bias, unit, weights: bytes };
}
