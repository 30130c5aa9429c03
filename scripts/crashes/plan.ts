/** What happens in each turn of a run: which change is made, and where its worker dies. The same for the same seed. */

import { CRASH_POINTS, type CrashPoint } from '../../activities/crash-points.ts';
import { randomFrom } from '../conformance/random.ts';

/**
 * How a change is kept from being made twice:
 * - `once`: the backend knows its key, and the tool is idempotent
 * - `checked`: the backend counts whatever arrives, and the tool can ask it
 * - `twice`: the same, and the model asks for it in two steps; the key is made from the arguments
 * - `plain`: nothing does; when in doubt it is not made again
 */
export const WAYS = ['once', 'checked', 'twice', 'plain'] as const;
export type Way = (typeof WAYS)[number];

export interface PlannedTurn {
  readonly conversation: string;
  /** From 1. */
  readonly turn: number;
  readonly way: Way;
  readonly crash: CrashPoint;
  /** What the change is about; different in every turn. */
  readonly order: string;
}

/** @param seed a whole number */
export function planTurns(
  conversations: readonly string[],
  turns: number,
  seed: number,
): readonly (readonly PlannedTurn[])[] {
  const random = randomFrom(seed);
  // Every point meets every way equally often, in an order that chance decides.
  const pairs = shuffled(
    Array.from({ length: turns }, (_, n) => n),
    random,
  );
  return conversations.map((conversation, c) => {
    const own = pairs.filter((_, n) => n % conversations.length === c);
    return own.map((n, index) => ({
      conversation,
      turn: index + 1,
      way: at(WAYS, Math.floor(n / CRASH_POINTS.length)),
      crash: at(CRASH_POINTS, n),
      order: `${conversation}-${index + 1}`,
    }));
  });
}

function at<T>(list: readonly T[], n: number): T {
  const found = list[n % list.length];
  if (found === undefined) throw new Error('the list is empty');
  return found;
}

function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
