/** Characters that look alike are read alike, and invisible ones are not read at all: a card number in full-width digits is one. */

const PLAIN = /^[\t\n\r -~]*$/;
const DIGIT = /\p{Nd}/u;
/** Soft hyphens, joiners, marks of direction, variation selectors, byte order marks: first and last of each run. */
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xe0000, 0xe007f],
];
const DASH = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/;
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const FULL_WIDTH = /[\uff01-\uff5e]/;

export interface Folded {
  readonly text: string;
  /** The offset, in the text that was folded, of each folded character, and of the end. */
  readonly offsets: (index: number) => number;
}

export function fold(text: string): Folded {
  if (PLAIN.test(text)) return { text, offsets: (index) => index };
  const offsets: number[] = [];
  let folded = '';
  let at = 0;
  for (const character of text) {
    const plain = plainOf(character);
    for (let unit = 0; unit < plain.length; unit++) offsets.push(at + (plain === character ? unit : 0));
    folded += plain;
    at += character.length;
  }
  return { text: folded, offsets: (index) => offsets[index] ?? text.length };
}

/** A character as a finder reads it: itself, its plain form, or nothing. */
export function plainOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return character;
  if (INVISIBLE.some(([first, last]) => point >= first && point <= last)) return '';
  if (DASH.test(character)) return '-';
  if (SPACE.test(character)) return ' ';
  if (FULL_WIDTH.test(character)) return String.fromCharCode(point - 0xfee0);
  if (DIGIT.test(character)) return digitOf(point);
  return character;
}

/** Unicode's decimal digits stand in runs of ten; the mathematical ones are five such runs that begin at U+1D7CE. */
function digitOf(point: number): string {
  if (point >= 0x1d7ce && point <= 0x1d7ff) return String((point - 0x1d7ce) % 10);
  let zero = point;
  while (point - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String(point - zero);
}
