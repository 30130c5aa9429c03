/** Alphabets moved along (rot13, Caesar) and words written backwards: recognised by a few words of the attacks they hide. */

/** Long enough that a moved or reversed one is no word of another language. */
const TELLTALES = (
  'ignore disregard forget bypass override reveal previous instruction instructions guideline guidelines prompt system rules ' +
  'your hidden secret safety restrictions configuration password assistant pretend unrestricted jailbreak developer ' +
  'print output repeat everything above training display forget messages conversation without complete'
).split(' ');

const A = 97;

/** How each telltale word looks when it is moved by 1 to 25 letters (the number), or turned round (0). */
const DISGUISED: ReadonlyMap<string, number> = new Map(
  TELLTALES.flatMap((word) => [
    ...Array.from({ length: 25 }, (_, index) => [moved(word, index + 1), index + 1] as const),
    [reversed(word), 0] as const,
  ]),
);

const WORD = /[a-z]{4,}/g;
const MAX_LENGTH = 4_000;

export interface Deciphered {
  readonly cipher: 'shifted' | 'reversed';
  readonly text: string;
}

/** @param text lower case @returns the text read back, where two of its words give the cipher away */
export function decipher(text: string): Deciphered | undefined {
  const start = text.slice(0, MAX_LENGTH);
  const hits = new Map<number, number>();
  for (const [word] of start.matchAll(WORD)) {
    const by = DISGUISED.get(word);
    if (by === undefined) continue;
    const count = (hits.get(by) ?? 0) + 1;
    if (count === 2) return read(start, by);
    hits.set(by, count);
  }
  return undefined;
}

function read(text: string, by: number): Deciphered {
  if (by !== 0) return { cipher: 'shifted', text: moved(text, 26 - by) };
  // Whole text turned round reads forwards then; words turned round one by one are turned back in their places.
  const words = text.replace(/[a-z]+/g, (word) => reversed(word));
  return { cipher: 'reversed', text: `${words}\n${reversed(text)}` };
}

function moved(text: string, by: number): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(A + ((letter.charCodeAt(0) - A + by) % 26)));
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}
