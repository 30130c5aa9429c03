/** Long runs of the instructions, word for word: what a model says that was talked into reading them out. */
import { foldWords, type Word } from '../fold-words.ts';

/**
 * Words. A policy is also there to be told to customers, and telling it takes its words: over the 699 recorded replies of an
 * airline's agent the longest run of its policy has 19 words.
 */
export const FEWEST_RECITED = 40;
/** A run goes on as long as every so many words in a row are the instructions'. */
const SHINGLE = 6;

export interface RecitalScan {
  /** Reads the next words. @returns runs that became long enough, as far as they go */
  readonly push: (words: readonly Word[], start: number) => readonly { readonly start: number; readonly end: number }[];
  /** Where a run begins that is half as long as it takes; undefined where none does. */
  readonly pending: () => number | undefined;
}

export function startRecitalScan(instructions: string): RecitalScan {
  const shingles = shinglesOf(instructions);
  const window: string[] = [];
  const starts: number[] = [];
  let length = 0;
  let from = 0;
  return {
    push(words, start) {
      const found: { start: number; end: number }[] = [];
      for (const word of words) {
        if (word.text === ',') continue;
        window.push(word.text);
        starts.push(start + word.start);
        if (window.length > SHINGLE) {
          window.shift();
          starts.shift();
        }
        if (window.length < SHINGLE || !shingles.has(window.join(' '))) {
          length = 0;
          continue;
        }
        if (length === 0) from = starts[0] ?? 0;
        length = length === 0 ? SHINGLE : length + 1;
        if (length < FEWEST_RECITED) continue;
        if (length > FEWEST_RECITED) found.pop();
        found.push({ start: from, end: start + word.end });
      }
      return found;
    },
    pending: () => (length < FEWEST_RECITED / 2 ? undefined : from),
  };
}

/** Instructions are one text a revision: the last few are kept. */
const REMEMBERED = 8;
const remembered = new Map<string, ReadonlySet<string>>();

function shinglesOf(instructions: string): ReadonlySet<string> {
  const known = remembered.get(instructions);
  if (known !== undefined) return known;
  const words = foldWords(instructions).flatMap(({ text }) => (text === ',' ? [] : [text]));
  const shingles = new Set(words.map((_, index) => words.slice(index, index + SHINGLE).join(' ')));
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(instructions, shingles);
  return shingles;
}
