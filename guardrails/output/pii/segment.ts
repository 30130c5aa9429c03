import { plainOf } from './fold.ts';
import { monthOf } from './month.ts';

/**
 * Where a reply may be cut so that nothing worth finding is cut in two. It is decided by what stands before the cut alone,
 * so a reply that arrives in segments is cut in the same places as the whole.
 */

/** The longest piece, in UTF-16 units: no more than this is ever held back. */
export const LONGEST_PIECE = 256;

const SPACE = /\s/;
const LINE_END = /[\n\r\u2028\u2029]/;
/** Scripts that put no space between words; their signs for year, month and day hold a date together. */
const UNSPACED = /[\u0e00-\u0eff\u3001-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
const DATE_SIGN = /[年月日]/;

/** The end of the first piece of the text, or undefined where more text is needed to tell. */
export function endOfPiece(text: string): number | undefined {
  let previous = '';
  let word = '';
  const length = Math.min(text.length, LONGEST_PIECE);
  for (let at = 0; at < length; at++) {
    const character = text[at] ?? '';
    if (LINE_END.test(character) && !isFourDigits(word === '' ? previous : word)) return at + 1;
    if (SPACE.test(character)) {
      if (word === '' ? previous === '' : !mayGoOn(word, previous)) return at + 1;
      if (word !== '') previous = word;
      word = '';
    } else if (UNSPACED.test(character) && !DATE_SIGN.test(character)) {
      // The sign ends what stands before it, and is read with it.
      return at + 1;
    } else word += character;
  }
  return undefined;
}

/** A card number can be written four digits a line. */
function isFourDigits(raw: string): boolean {
  return raw.length >= 4 && /^\d{4}$/.test(Array.from(raw, plainOf).join(''));
}

const DIGIT = /\d/;
const JOINERS = new Set(['of', 'de', 'del']);

/** Whether the next word can belong to the same value: digits, a month, capitals before a number, a lone sign. */
function mayGoOn(raw: string, previous: string): boolean {
  const word = Array.from(raw, plainOf).join('');
  if (word === '') return previous !== '';
  if (DIGIT.test(word)) return !/[!?;:]$|[^.]{3}\.$/.test(word);
  if (/^[A-Z]{1,3}$/.test(word) || !/[\p{L}\p{N}]/u.test(word)) return true;
  if (JOINERS.has(word) && DIGIT.test(previous)) return true;
  // The bank's four letters within an account number.
  if (/^[a-z]{4}$/i.test(word) && /^[a-z\d]{4}$/i.test(previous)) return true;
  return /^(?:ext|x|extension)\.?$/i.test(word) || monthOf(word.replace(/[.,]$/, '')) !== undefined;
}

/** So much of a piece that nowhere ends is looked at without being released: longer than any number. */
const LOOKAHEAD = 64;

/** Where a piece of the greatest length, which has no end of its own, is cut best. */
export function forcedEnd(piece: string): number {
  const latest = LONGEST_PIECE - LOOKAHEAD;
  for (const boundary of [SPACE, /[^\p{L}\p{N}._%+@:/=~-]/u]) {
    for (let at = latest; at > latest / 2; at--) if (boundary.test(piece[at - 1] ?? '')) return whole(piece, at);
  }
  return whole(piece, latest);
}

/** Not between the two halves of one character. */
export function whole(text: string, end: number): number {
  const unit = text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit <= 0xdbff && end > 1 ? end - 1 : end;
}
