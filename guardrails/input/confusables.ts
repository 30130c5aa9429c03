/**
 * Letters of other alphabets that are drawn like a Latin one. NFKC already folds the full-width and mathematical
 * alphabets, and taking accents off does the accented ones; what is left are letters that only look the same.
 */

/** Latin letter, then what is read as it. Written down by eye from the Unicode charts; small on purpose. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аɑαАΑ',
  b: 'ЬьƄɓВΒ',
  c: 'сϲᴄСϹ',
  d: 'ԁɗ',
  e: 'еҽεЕΕ',
  f: 'ƒϝ',
  g: 'ɡցɢԌ',
  h: 'һհНΗ',
  i: 'іιıɩӏІΙ',
  j: 'јϳЈ',
  k: 'кκКΚ',
  l: 'ɭł',
  m: 'мϻɱМΜ',
  n: 'пηոɴΝ',
  o: 'оοσօøᴏОΟ',
  p: 'рρƿРΡ',
  q: 'ԛգ',
  r: 'гɾᴦ',
  s: 'ѕʂЅ',
  t: 'тτŧТΤ',
  u: 'υս',
  v: 'νѵ',
  w: 'ԝωшѡ',
  x: 'хχҳХΧ',
  y: 'уүγҮΥ',
  z: 'ᴢʐΖ',
};

const LATIN_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
);

const OTHER_ALPHABET = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u;
const LATIN_OR_DIGIT = /[a-z0-9]/i;
const LATIN_LETTERS = /[a-z]{3}/gi;

export interface Unmasked {
  readonly text: string;
  /** Words that were read as Latin although they were not written so. */
  readonly maskedWords: number;
}

/**
 * Reads lookalikes as the Latin letters they imitate, but only in words that mix alphabets, and in words of nothing but
 * lookalikes in a text that is otherwise Latin: Russian and Greek must stay what they are.
 */
export function unmask(text: string): Unmasked {
  if (!OTHER_ALPHABET.test(text)) return { text, maskedWords: 0 };
  let maskedWords = 0;
  const mostlyLatin = (text.slice(0, 2_000).match(LATIN_LETTERS)?.length ?? 0) >= 3;
  const plain = replaceWords(text, (word) => {
    const latin = latinOf(word);
    const imitates = LATIN_OR_DIGIT.test(word) || (mostlyLatin && !OTHER_ALPHABET.test(latin));
    if (!imitates || latin === word) return word;
    maskedWords++;
    return latin;
  });
  return { text: plain, maskedWords };
}

function latinOf(word: string): string {
  return Array.from(word, (character) => LATIN_OF.get(character) ?? character).join('');
}

const WORD = /[\p{L}\p{Nd}]+/gu;

/** Word by word: one expression that looks for a foreign letter inside a word would try each word from each of its letters. */
function replaceWords(text: string, read: (word: string) => string): string {
  return text.replace(WORD, (word) => (OTHER_ALPHABET.test(word) ? read(word) : word));
}
