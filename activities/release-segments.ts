/**
 * Lets a reply be read while it is still being written: sentence by sentence, and only when it takes long enough for that
 * to help. What is released is a preview; the reply itself is the row that closes the turn.
 */
import type { CallKey } from '../core/activities.ts';
import { writeSegment } from '../db/segments.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** A reply that is there within this time is not worth a preview. Milliseconds. */
const QUIET_MS = 300;
/** A segment ends with a sentence or a line, or, where neither comes, after this many characters. */
const LONGEST_SEGMENT = 200;
const SENTENCE_END = /[.!?\n](?:\s|$)/g;

export interface ReleasedSegments {
  add(delta: string): void;
  /** Waits for what is being written. Text that was not released is in the reply. */
  end(): Promise<void>;
}

/** @param screen made when the first segment is released: what it is given and returns is text in the order of the reply */
export function releaseSegments(
  deps: ActivityDependencies,
  attempt: Attempt,
  key: CallKey,
  screen: () => (text: string) => string,
): ReleasedSegments {
  const began = performance.now();
  let held = '';
  let n = 0;
  let writing: Promise<void> = Promise.resolve();
  let screened: ((text: string) => string) | undefined;

  function release(length: number): void {
    screened ??= screen();
    const text = screened(held.slice(0, length));
    held = held.slice(length);
    if (text === '') return;
    n += 1;
    const segment = { turn: key.turn, step: key.step, attempt: attempt.number, n, text };
    writing = writing
      .then(() => writeSegment(deps.database, attempt.conversation, segment))
      // A preview that is missing costs nothing.
      .catch(() => undefined);
  }

  return {
    add(delta) {
      held += delta;
      if (performance.now() - began < QUIET_MS) return;
      const ends = [...held.matchAll(SENTENCE_END)].at(-1);
      if (ends !== undefined) release(ends.index + ends[0].length);
      else if (held.length >= LONGEST_SEGMENT) release(held.length);
    },
    end: () => writing,
  };
}
