/** The cascade's second stage: what a text says once its disguises are off. */
import { decipher } from './cipher.ts';
import { unmask } from './confusables.ts';
import { decodedParts, type Encoding } from './decode.ts';

/** A disguise that was found. Each is a sign by itself: customers do not write so. */
export type Disguise = Encoding | 'shifted' | 'reversed' | 'invisible' | 'lookalikes' | 'leet' | 'spread';

/** One reading of the text, lower case, without accents, white space as single spaces. */
export interface View {
  readonly text: string;
  readonly disguises: readonly Disguise[];
}

/** Readings at most, the plain one included. */
const MAX_VIEWS = 6;

const PLAIN = /^[\t\n\r -~]*$/;
const INVISIBLE =
  /[\u{ad}\u{61c}\u{115f}\u{1160}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{e0000}-\u{e0fff}]|\u{34f}|\u{17b4}|\u{17b5}|[\u{180b}-\u{180e}]|[\u{fe00}-\u{fe0f}]/gu;
const MARKS = /\p{M}+/gu;
const QUOTES = /[\u2018\u2019\u201b\u02bc]/g;
const DOUBLE_QUOTES = /[\u201c-\u201f\u00ab\u00bb]/g;
const DASHES = /[\u2010-\u2015\u2212]/g;
const WHITE = /\s+/g;

/**
 * @returns the plain reading first, then what else the text can be read as: letters that were spread out, digits for
 * letters, alphabets moved along, and encoded parts. Linear in the text; the further readings are bounded.
 */
export function viewsOf(original: string): readonly View[] {
  const plain = folded(original);
  const disguises: Disguise[] = [...plain.disguises];
  const further: View[] = [];
  const add = (text: string, disguise: Disguise): void => {
    disguises.push(disguise);
    if (further.length < MAX_VIEWS - 1) further.push({ text, disguises: [disguise] });
  };
  const gathered = gather(plain.spaced)?.replace(WHITE, ' ').trim();
  if (gathered !== undefined) add(gathered, 'spread');
  const letters = unleet(gathered ?? plain.text);
  if (letters !== undefined) add(letters, 'leet');
  const deciphered = decipher(plain.text);
  if (deciphered !== undefined) add(deciphered.text, deciphered.cipher);
  for (const part of decodedParts(original)) add(folded(part.text).text, part.encoding);
  return [{ text: plain.text, disguises: [...new Set(disguises)] }, ...further];
}

interface Folded extends View {
  /** With its white space as it was: wider gaps tell words that are spread out from each other. */
  readonly spaced: string;
}

function folded(original: string): Folded {
  if (PLAIN.test(original)) return read(original.toLowerCase(), []);
  const disguises: Disguise[] = [];
  const visible = original.replace(INVISIBLE, '');
  // A single one comes with emoji and from word processors.
  if (original.length - visible.length > 3 && hiddenInWords(original)) disguises.push('invisible');
  const unmasked = unmask(visible.replace(BOXED, unboxed).normalize('NFKC'));
  if (unmasked.maskedWords > 0) disguises.push('lookalikes');
  const spaced = unmasked.text
    .toLowerCase()
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-');
  return read(spaced, disguises);
}

function read(spaced: string, disguises: readonly Disguise[]): Folded {
  return { text: spaced.replace(WHITE, ' ').trim(), spaced, disguises };
}

/** Letters in filled circles and squares, and those that make flags: NFKC leaves them as signs. */
const BOXED = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu;

function unboxed(sign: string): string {
  const point = sign.codePointAt(0) ?? 0;
  const first = point >= 0x1f1e6 ? 0x1f1e6 : point >= 0x1f170 ? 0x1f170 : 0x1f150;
  return String.fromCharCode(0x61 + point - first);
}

const INSIDE_WORD = /[a-z][\u00ad\u200b-\u200d\u2060-\u2064\ufeff\u202a-\u202e\u{e0020}-\u{e007e}]+[a-z]/iu;
const MANY_TAGS = /[\u{e0020}-\u{e007e}]{4}/u;

function hiddenInWords(original: string): boolean {
  return INSIDE_WORD.test(original) || MANY_TAGS.test(original);
}

/** Five letters or more that stand alone: "i g n o r e", "i.g.n.o.r.e", "\i\g\n\o\r\e". */
const SPREAD = /(?<![\p{L}\p{N}])\p{L}(?:[ .\-_*\\/|+,]{1,3}\p{L}(?![\p{L}\p{N}])){4,}/gu;
const BETWEEN = /([ .\-_*\\/|+,]{1,3})/;

/** Several separators together are taken for the gap between words. */
function gather(text: string): string | undefined {
  let found = false;
  const gathered = text.replace(SPREAD, (run) => {
    found = true;
    const pieces = run.split(BETWEEN);
    return pieces.map((piece, index) => (index % 2 === 0 ? piece : piece.length > 1 ? ' ' : '')).join('');
  });
  return found ? gathered : undefined;
}

const LETTER_OF: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '6': 'g', '7': 't', '8': 'b' },
  ...{ '@': 'a', $: 's', '!': 'i', '|': 'l', '€': 'e', '+': 't', '¡': 'i', '£': 'l' },
};
const TOKEN = /[^\s"'`(),;:?=<>{}[\]]+/g;
const SIGN = /[013-8@$|€+!£]/;
const SIGNS = /[013-8@$!|€+¡£]/g;
/** A sign between letters, or a leading one before two letters: not "room 101", "b2b", "5th" or "$40". */
const LEET = /[a-z][013-8@$!|€+]+[a-z]|^[013-8@$|€+!]+[a-z]{2}|[a-z]{2}[03@$€|]$/;
const NOT_LEET =
  /^[a-z]{1,3}\d+$|^\d+(?:st|nd|rd|th|am|pm|k|kg|km|gb|mb|ms|px|x)$|@.*\.|^@|\/\/|\.[a-z]{2,4}$|\d{3}|^[$€£]/;

/** Digits and signs as letters, where at least two words are written so. */
function unleet(text: string): string | undefined {
  if (!SIGN.test(text)) return undefined;
  let words = 0;
  const letters = text.replace(TOKEN, (token) => {
    if (!SIGN.test(token) || token.length < 2 || token.length > 40) return token;
    if (!LEET.test(token) || (NOT_LEET.test(token) && !/[a-z]\d[a-z]/.test(token))) return token;
    words++;
    return token.replace(SIGNS, (sign) => LETTER_OF[sign] ?? sign);
  });
  return words < 2 ? undefined : letters;
}
