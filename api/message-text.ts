/** What a customer's message may be made of. */
import { Problem } from './problems.ts';

const MAX_TEXT_BYTES = 32 * 1024;

const MAX_MARKS_IN_A_ROW = 32;
/** Up to here nobody counts; a page of any script stays below or has fewer marks than twice its letters. */
const UNCOUNTED_MARKS = 1_000;

/** Nothing of what is looked for below. */
const PRINTABLE_ASCII = /^[\t\n\r -~]*$/;
const STACK = new RegExp(`\\p{M}{${MAX_MARKS_IN_A_ROW + 1}}`, 'u');
const MARK = /\p{M}/gu;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws Problem naming what is wrong, without quoting the text */
export function checkText(text: string): void {
  // UTF-8 never takes fewer bytes than UTF-16 takes units, so a long string need not be measured.
  const bytes = text.length > MAX_TEXT_BYTES ? text.length : Buffer.byteLength(text);
  if (bytes > MAX_TEXT_BYTES) {
    throw new Problem('message_too_large', { detail: `The text is longer than ${MAX_TEXT_BYTES} bytes of UTF-8.` });
  }
  if (text.trim() === '') throw new Problem('message_empty');
  if (PRINTABLE_ASCII.test(text)) return;
  if (text.includes('\0')) throw new Problem('invalid_encoding', { detail: 'The text contains a NUL character.' });
  if (LONE_SURROGATE.test(text)) {
    throw new Problem('invalid_encoding', { detail: 'The text contains half of a surrogate pair.' });
  }
  checkMarks(text);
}

function checkMarks(text: string): void {
  const stacked = STACK.test(text);
  const marks = stacked ? 0 : (text.match(MARK)?.length ?? 0);
  if (stacked || (marks > UNCOUNTED_MARKS && marks > 2 * (text.length - marks))) {
    throw new Problem('too_many_combining_characters', {
      detail: stacked
        ? `The text has more than ${MAX_MARKS_IN_A_ROW} combining characters in a row.`
        : `The text consists of ${marks} combining characters on ${text.length - marks} others.`,
    });
  }
}
