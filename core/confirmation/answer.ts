/**
 * What a customer's message says to the question whether a change may be made. Read by code and not by the model, which would
 * otherwise be the one to say that the customer agreed. So only what cannot be meant otherwise is a yes; everything else is
 * an ordinary message, and the change is not made.
 */
import { CONFIRMATION_WORDS, type ConfirmationWords } from './words.ts';

export type Answer = 'yes' | 'no' | 'other';

/** A longer message says more than yes or no. In words. */
const MOST_WORDS = 16;

const ALL = Object.values(CONFIRMATION_WORDS);
const YES = phrasesOf(({ yes }) => yes);
const NO = phrasesOf(({ no }) => no);
const BESIDES = phrasesOf(({ besides }) => besides);
/** Words that make something else of a yes, though the question may have them too. */
const TURNING = new Set(
  [
    'not never none without but except only instead unless if when after before first half kein keine keinen ohne',
    'aber nur statt wenn falls erst pas ne sans mais sauf seulement nunca sin pero solo non senza ma sem mas so niet',
    'geen zonder maar alleen bez ale tylko ama sadece degil не без но только',
  ].flatMap((line) => line.split(' ').map(folded)),
);
/** One letter is an answer where it is all of it; within a sentence it is a word of some language. */
const SINGLE = { yes: 'y', no: 'n' };
const MOST_WORDS_OF_A_PHRASE = Math.max(...[...YES, ...NO].map((phrase) => phrase.split(' ').length));

/** Emoji and signs that are an answer by themselves. */
const SIGNS = { yes: /^(?:👍|✅|\s)+$/u, no: /^(?:👎|❌|🛑|\s)+$/u };
/** How an emoji is drawn. */
const DRAWN = /\p{Emoji_Modifier}|\u{FE0F}/gu;

/**
 * A yes has words of agreement, may repeat words of the question, and has no others. A no is as clear, or begins with no.
 *
 * @param asked what the customer was asked about: its words may stand beside a yes
 */
export function answerOf(text: string, asked: string): Answer {
  const signs = text.trim().replace(DRAWN, '');
  if (signs === '') return 'other';
  if (SIGNS.yes.test(signs)) return 'yes';
  if (SIGNS.no.test(signs)) return 'no';
  if (text.includes('?')) return 'other';
  const words = wordsOf(text);
  if (words.length === 0 || words.length > MOST_WORDS) return 'other';
  if (words.length === 1 && words[0] === SINGLE.yes) return 'yes';
  if (words.length === 1 && words[0] === SINGLE.no) return 'no';
  const { yes, no, left } = read(words);
  if (no > 0) return yes === 0 && left.length <= 3 ? 'no' : 'other';
  if (yes === 0) return 'other';
  const repeatable = new Set(wordsOf(asked));
  return left.every((word) => repeatable.has(word) && !TURNING.has(word)) ? 'yes' : 'other';
}

/** The longest phrase first, so that "do not do it" is not read as "do it". */
function read(words: readonly string[]): { readonly yes: number; readonly no: number; readonly left: string[] } {
  let [yes, no] = [0, 0];
  const left: string[] = [];
  for (let at = 0; at < words.length; ) {
    let length = Math.min(MOST_WORDS_OF_A_PHRASE, words.length - at);
    for (; length > 0; length--) {
      const phrase = words.slice(at, at + length).join(' ');
      if (NO.has(phrase)) no += 1;
      else if (YES.has(phrase)) yes += 1;
      else if (length > 1 || !BESIDES.has(phrase)) continue;
      break;
    }
    const [word] = words.slice(at, at + 1);
    if (length === 0 && word !== undefined) left.push(word);
    at += Math.max(1, length);
  }
  return { yes, no, left };
}

function wordsOf(text: string): readonly string[] {
  return folded(text)
    .split(' ')
    .filter((word) => word !== '');
}

function phrasesOf(part: (words: ConfirmationWords) => string): ReadonlySet<string> {
  return new Set(ALL.flatMap((words) => part(words).split(',').map(folded)).filter((phrase) => phrase !== ''));
}

/** Lower case, without accents; what is no letter or digit parts words, apostrophes do not. */
function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
