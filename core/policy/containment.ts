/**
 * Whether a value stands in a text somebody wrote: spelling, case, spacing and how numbers are written do not matter, but only
 * whole words and whole numbers count. `evil.com` does not stand in `notevil.com`, nor 12 in 4412.
 */
import type { Scalar } from './json.ts';

/** A text made ready to be looked into often. What only some values are looked for in is made when one is. */
export interface Prepared {
  readonly plain: string;
  /** Words with single blanks between and around them. */
  words(): string;
  compact(): Compact;
  numbers(): ReadonlySet<number>;
}

/** Letters and digits only, and where each stood in the plain text. */
interface Compact {
  readonly text: string;
  readonly places: readonly number[];
}

export function prepared(text: string): Prepared {
  const apart = text.replace(SENTENCES_TOGETHER, '$1. ');
  const plain = apart === text ? normalised(text) : `${normalised(text)}\n${normalised(apart)}`;
  return {
    plain,
    words: once(() => wordsOf(plain)),
    compact: once(() => compacted(plain)),
    numbers: once(() => numbersIn(plain)),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function compacted(plain: string): Compact {
  const places: number[] = [];
  const letters: string[] = [];
  for (let index = 0; index < plain.length; index += 1) {
    const unit = plain.charAt(index);
    if (!ALPHANUMERIC.test(unit)) continue;
    letters.push(unit);
    places.push(index);
  }
  return { text: letters.join(''), places };
}

export function contains(text: Prepared, value: Scalar): boolean {
  if (typeof value === 'number') return text.numbers().has(Math.abs(value));
  if (typeof value !== 'string') return false;
  const wanted = withoutScheme(normalised(value).trim());
  if (wanted === '') return false;
  if (/\s/.test(wanted)) {
    const words = wordsOf(wanted);
    return words.trim() !== '' && text.words().includes(words);
  }
  if (standsIn(text.plain, wanted)) return true;
  return isLongId(wanted) && standsCompact(text, wanted);
}

const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** A sentence that begins right behind the stop of the last one, which may have ended in an address. */
const SENTENCES_TOGETHER = /([\p{Ll}\p{N}])\.(?=\p{Lu}\p{Ll})/gu;
const ALPHANUMERIC = /[\p{L}\p{N}]/u;
const BREAK = /[^\p{L}\p{N}_]+/gu;

export function normalised(text: string): string {
  return text.normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
}

function wordsOf(plain: string): string {
  return ` ${plain.replace(BREAK, ' ').trim()} `;
}

function withoutScheme(value: string): string {
  return value.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** At a place where the same word, address or number does not go on. */
function standsIn(plain: string, wanted: string): boolean {
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1)) {
    if (
      !goesOn(plain.slice(Math.max(0, at - 2), at), true) &&
      !goesOn(plain.slice(at + wanted.length, at + wanted.length + 2), false)
    ) {
      return true;
    }
  }
  return false;
}

const BEFORE = /[\p{L}\p{N}_]$|[\p{L}\p{N}_][-.@:_]$/u;
const BEHIND = /^[\p{L}\p{N}_]|^[-.@:/][\p{L}\p{N}_]/u;

function goesOn(beside: string, before: boolean): boolean {
  return (before ? BEFORE : BEHIND).test(beside);
}

/** Account numbers and the like, which people write with blanks between. */
function isLongId(wanted: string): boolean {
  return wanted.length >= 8 && /\d/.test(wanted) && /^[\p{L}\p{N}]+$/u.test(wanted);
}

function standsCompact(text: Prepared, wanted: string): boolean {
  const { plain } = text;
  const { text: compact, places } = text.compact();
  for (let at = compact.indexOf(wanted); at >= 0; at = compact.indexOf(wanted, at + 1)) {
    const before = plain.charAt((places[at] ?? 0) - 1);
    const behind = plain.charAt((places[at + wanted.length - 1] ?? plain.length) + 1);
    if (!ALPHANUMERIC.test(before) && !ALPHANUMERIC.test(behind)) return true;
  }
  return false;
}

const NUMBER = /\d+(?:[.,]\d+)*/g;

/** Each number in every way it may be meant: `1.250` is a thousand and more, or one and a quarter. */
function numbersIn(plain: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const [written] of plain.matchAll(NUMBER)) {
    const [english, continental] = [written.replaceAll(',', ''), written.replaceAll('.', '').replace(',', '.')];
    if (/^\d+(,\d{3})*(\.\d+)?$/.test(written)) numbers.add(Number(english));
    if (/^\d+(\.\d{3})*(,\d+)?$/.test(written)) numbers.add(Number(continental));
  }
  return numbers;
}
