import { whole } from './pii/segment.ts';

/**
 * A reply's sentences: what is looked at in one go, and what a preview shows in one go. Where one ends is decided by what
 * stands before the cut and the few characters after it, so a reply that arrives in segments is cut like the whole.
 */

export interface Sentence {
  readonly text: string;
  /** Where it begins in the reply, in UTF-16 units. */
  readonly start: number;
}

/** What has no end of its own is cut here, in UTF-16 units; no preview holds back more. */
export const LONGEST_SENTENCE = 1_200;
/** So much of a sentence that was cut is read again with what follows: more than a banned phrase may have. */
const OVERLAP = 400;

/** Full stops with what closes after them, up to a space; the full stops of Chinese and Japanese; paragraphs; list items. */
const END = /[.!?…]["'”’»)\]*_]{0,4}\s|[。！？]|\n(?=[ \t]{0,8}(?:\n|[-*•#]|\d{1,3}[.)]\s))/g;

export interface Cut {
  /** Up to here it is looked at. */
  readonly end: number;
  /** From here the next sentence is read: before `end` where the cut is forced. */
  readonly next: number;
}

/** The first sentence of the text, or undefined where more text is needed to tell. */
export function firstCut(text: string): Cut | undefined {
  END.lastIndex = 0;
  const window = text.length > LONGEST_SENTENCE ? text.slice(0, LONGEST_SENTENCE) : text;
  const match = END.exec(window);
  if (match !== null) return { end: match.index + match[0].length, next: match.index + match[0].length };
  if (text.length <= LONGEST_SENTENCE) return undefined;
  return { end: forced(window, LONGEST_SENTENCE), next: forced(window, LONGEST_SENTENCE - OVERLAP) };
}

/** Between two words where there are any, and not within a character. */
function forced(text: string, latest: number): number {
  const space = text.lastIndexOf(' ', latest);
  return space > latest - OVERLAP / 2 ? space : whole(text, latest);
}

/** All sentences of a whole reply. Those that were cut overlap. */
export function* sentencesOf(reply: string): Generator<Sentence> {
  let start = 0;
  while (start < reply.length) {
    // Never the whole rest: a long reply would be copied once a sentence.
    const rest = reply.slice(start, start + LONGEST_SENTENCE + 1);
    const cut = firstCut(rest);
    yield { text: cut === undefined ? rest : rest.slice(0, cut.end), start };
    if (cut === undefined) return;
    start += cut.next;
  }
}
