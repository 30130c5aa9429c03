/**
 * How far a text is from what an agent is there for: near its nearest intent, near its nearest examples, and nearer to
 * them than to what people ask about in general (the cohort of speaker verification, which makes scores of different
 * scopes comparable).
 */
import { add, dot, unit } from '../../embedding/pooling.ts';

export interface Example {
  readonly vector: Float32Array;
  /** The intent. */
  readonly label: string;
}

export interface Scope {
  /** From 0 to 1, higher is farther. Not a probability: only to be held against the threshold. */
  scoreOf(vector: Float32Array): number;
  /** What 98 of 100 of the examples stay below when each is judged by the others. */
  readonly threshold: number;
}

/** The three settings were chosen on training data with domains held out: docs/guardrails-scope.md. */
const NEAREST = 3;
const BACKGROUND_WEIGHT = 0.6;
/** A direction of the background that is this close to an intent is part of the scope. */
const SAME = 0.75;

const SHARE_KEPT = 0.98;
/** One sentence about an agent and a customer's question are far less alike than two questions. */
const FEWEST_TO_JUDGE = 20;
const THRESHOLD_OF_FEW = 0.85;
/** From here no text has anything to do with the scope, and below no scope is so narrow, whatever its examples say. */
const THRESHOLDS = { lowest: 0.3, highest: 0.75 } as const;

/** Judged by the others, this many examples tell where the threshold lies; more would only take longer. */
const MOST_JUDGED = 400;

/** @param background directions of what people ask about in general */
export function scopeOf(examples: readonly Example[], background: readonly Float32Array[]): Scope {
  const intents = intentsOf(examples);
  const centres = [...intents.values()].map(({ sum }) => unit(sum));
  const others = background.filter((one) => highest(one, centres, 1) < SAME);
  const vectors = examples.map(({ vector }) => vector);
  const score = (vector: Float32Array, itsCentres: readonly Float32Array[], without?: Float32Array): number => {
    const near = highest(vector, itsCentres, 1) + highest(vector, vectors, NEAREST, without);
    return squashed(near - BACKGROUND_WEIGHT * highest(vector, others, NEAREST));
  };
  const ofOthers = (example: Example): number => {
    const own = [...intents.keys()].indexOf(example.label);
    return score(example.vector, centres.toSpliced(own, 1, ...remaining(intents, example)), example.vector);
  };
  const judged = spread(examples, MOST_JUDGED);
  return {
    scoreOf: (vector) => score(vector, centres),
    threshold: examples.length < FEWEST_TO_JUDGE ? THRESHOLD_OF_FEW : thresholdOf(judged.map(ofOthers)),
  };
}

interface Intent {
  readonly sum: Float32Array;
  count: number;
}

function intentsOf(examples: readonly Example[]): ReadonlyMap<string, Intent> {
  const intents = new Map<string, Intent>();
  for (const { vector, label } of examples) {
    const intent = intents.get(label) ?? { sum: new Float32Array(vector.length), count: 0 };
    add(intent.sum, vector, 1);
    intent.count += 1;
    intents.set(label, intent);
  }
  return intents;
}

/** The centre of an example's intent without the example; none where it was the only one. */
function remaining(intents: ReadonlyMap<string, Intent>, { vector, label }: Example): readonly Float32Array[] {
  const intent = intents.get(label);
  if (intent === undefined || intent.count === 1) return [];
  const sum = Float32Array.from(intent.sum);
  add(sum, vector, -1);
  return [unit(sum)];
}

/** The mean of the `count` highest cosines; 0 where there is nothing to compare with. */
function highest(vector: Float32Array, others: readonly Float32Array[], count: number, without?: Float32Array): number {
  const best: number[] = [];
  for (const other of others) {
    if (other === without) continue;
    const cosine = dot(vector, other);
    if (best.length === count && cosine <= (best[count - 1] ?? 1)) continue;
    best.push(cosine);
    best.sort((one, another) => another - one);
    best.length = Math.min(best.length, count);
  }
  return best.length === 0 ? 0 : best.reduce((sum, cosine) => sum + cosine, 0) / best.length;
}

/** Closeness lies between -1 and 2, and is doubtful about two thirds. */
function squashed(closeness: number): number {
  return 1 / (1 + Math.exp(4 * (closeness - 0.7)));
}

function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  const step = Math.max(1, items.length / most);
  return Array.from({ length: Math.min(items.length, most) }, (_, at) => items[Math.floor(at * step)]).filter(
    (item) => item !== undefined,
  );
}

function thresholdOf(scores: readonly number[]): number {
  const sorted = scores.toSorted((one, other) => one - other);
  const at = sorted[Math.floor(SHARE_KEPT * (sorted.length - 1))] ?? THRESHOLD_OF_FEW;
  return Math.min(THRESHOLDS.highest, Math.max(THRESHOLDS.lowest, at));
}
