/**
 * Pieces of our own sentences that are too small to order anything. A word beside a number or a courtesy says nothing,
 * whatever it is taken from; two to five words of something harmless are harmless. Without them the words of attacks are
 * attacks by themselves.
 */
import type { Row } from './rows.ts';

/** A word for each so many sentences, and as often a piece of a harmless one. */
const ONE_IN = 5;
const LONGEST_PIECE = 5;

/** @param random gives numbers in [0, 1) @returns different texts */
export function fragmentsOf(rows: readonly Row[], random: () => number): readonly Row[] {
  const made = new Map<string, Row>();
  const add = (text: string, source: string): void => {
    if (!made.has(text)) made.set(text, { text, source, attack: false, channel: 'customer' });
  };
  for (const row of rows) {
    const words = row.text.slice(0, 400).split(/\s+/);
    const at = (count: number) => Math.floor(random() * Math.max(1, words.length - count + 1));
    if (random() < 1 / ONE_IN) add(dressed(words[at(1)] ?? '', random), 'own-words');
    if (!row.attack && random() < 1 / ONE_IN) {
      const count = 2 + Math.floor(random() * (LONGEST_PIECE - 1));
      const start = at(count);
      add(words.slice(start, start + count).join(' '), 'own-pieces');
    }
  }
  return [...made.values()];
}

/** A word with what people put beside one; alone it is not even looked at. */
function dressed(word: string, random: () => number): string {
  // What still has a sign in the middle may be a whole attack (`ignore_rules.sh`, `{"reveal": true}`).
  const bare = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  if (!/^[\p{L}\p{N}'-]{1,16}$/u.test(bare)) return 'ok then';
  const number = Math.floor(random() * 100);
  const shapes = [
    ...[`${bare} ${number}`, `${bare}: ${number}`, `${bare}_${number} ${bare}_${number + 1}`, `${number} ${bare}`],
    ...[`the ${bare}`, `no ${bare}`, `ok, ${bare}`, `${bare} please`, `${bare} ${bare}`, `${bare}, thanks`],
  ];
  return shapes[Math.floor(random() * shapes.length)] ?? bare;
}
