/** The first guardrail: size and encoding of what a customer sends. Runs before anything is stored. */

export type TextProblemCode =
  | 'message_empty'
  | 'message_too_large'
  | 'invalid_encoding'
  | 'too_many_combining_characters';

/** What is wrong with a text, without quoting it. */
export interface TextProblem {
  readonly code: TextProblemCode;
  readonly detail: string;
}

const MAX_TEXT_BYTES = 32 * 1024;

const MAX_MARKS_IN_A_ROW = 32;
/** Up to here nobody counts; a page of any script stays below or has fewer marks than twice its letters. */
const UNCOUNTED_MARKS = 1_000;

/** Nothing of what is looked for below. */
const PRINTABLE_ASCII = /^[\t\n\r -~]*$/;
const STACK = new RegExp(`\\p{M}{${MAX_MARKS_IN_A_ROW + 1}}`, 'u');
const MARK = /\p{M}/gu;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @returns `undefined` where the text may be taken */
export function textProblem(text: string): TextProblem | undefined {
  if (bytesOf(text) > MAX_TEXT_BYTES) {
    return { code: 'message_too_large', detail: `The text is longer than ${MAX_TEXT_BYTES} bytes of UTF-8.` };
  }
  if (text.trim() === '') return { code: 'message_empty', detail: 'The text is empty or only white space.' };
  if (PRINTABLE_ASCII.test(text)) return undefined;
  if (text.includes('\0')) return { code: 'invalid_encoding', detail: 'The text contains a NUL character.' };
  if (LONE_SURROGATE.test(text)) {
    return { code: 'invalid_encoding', detail: 'The text contains half of a surrogate pair.' };
  }
  return marksProblem(text);
}

function bytesOf(text: string): number {
  // UTF-8 never takes fewer bytes than UTF-16 takes units, nor more than three times as many.
  if (text.length > MAX_TEXT_BYTES || text.length * 3 <= MAX_TEXT_BYTES) return text.length;
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function marksProblem(text: string): TextProblem | undefined {
  const stacked = STACK.test(text);
  const marks = stacked ? 0 : (text.match(MARK)?.length ?? 0);
  if (!stacked && (marks <= UNCOUNTED_MARKS || marks <= 2 * (text.length - marks))) return undefined;
  return {
    code: 'too_many_combining_characters',
    detail: stacked
      ? `The text has more than ${MAX_MARKS_IN_A_ROW} combining characters in a row.`
      : `The text consists of ${marks} combining characters on ${text.length - marks} others.`,
  };
}
