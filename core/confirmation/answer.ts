/**
 * What a customer's message says to the question whether a change may be made. Read by code and not by the model, which would
 * otherwise be the one to say that the customer agreed. So only what cannot be meant otherwise is a yes; everything else is
 * an ordinary message, and the change is not made.
 */
import { CONFIRMATION_WORDS, type ConfirmationWords, wordsIn } from './words.ts';

export type Answer = 'yes' | 'no' | 'other';

export interface Question {
  /** The one call in plain words; absent where there are several, as a yes that names one is none to all. */
  readonly action?: string;
  /** ISO 639-1, in which it was asked; absent: English. */
  readonly language?: string | undefined;
}

/** A longer message says more than yes or no. In words. */
const MOST_WORDS = 16;

/** A no is understood in every language; a word that means yes in one may mean something else in another. */
const NO = phrasesOf(Object.values(CONFIRMATION_WORDS), ({ no }) => no);
/** Words that make something else of a yes, though the question may have them too. */
const TURNING = new Set(
  [
    'not never none without but except only instead unless if when after before first half wait hold later tomorrow change',
    'kein keine keinen ohne aber nur statt wenn falls erst pas ne sans mais sauf seulement nunca sin pero solo non senza ma',
    'sem mas so niet geen zonder maar alleen bez ale tylko ama sadece degil не без но только',
  ].flatMap((line) => line.split(' ').map(folded)),
);
/** One letter is an answer where it is all of it; within a sentence it is a word of some language. */
const SINGLE = { yes: 'y', no: 'n' };

/** Emoji and signs that are an answer by themselves. */
const SIGNS = { yes: /^(?:👍|✅|\s)+$/u, no: /^(?:👎|❌|🛑|\s)+$/u };
/** How an emoji is drawn. */
const DRAWN = /\p{Emoji_Modifier}|\u{FE0F}/gu;
/** Whoever asks back or adds a picture says more than yes. */
const ASKS_BACK = /[?؟¿⁇⁈⁉‽;]/;
const PICTURE = /(?![👍✅])\p{Extended_Pictographic}/u;

/** A yes has words of agreement, may repeat the question from its beginning, and has no others. */
export function answerOf(text: string, { action, language }: Question): Answer {
  const signs = text.trim().replace(DRAWN, '');
  if (signs === '') return 'other';
  if (SIGNS.yes.test(signs)) return 'yes';
  if (SIGNS.no.test(signs)) return 'no';
  if (ASKS_BACK.test(text.normalize('NFKC')) || PICTURE.test(signs)) return 'other';
  const words = foldedWords(text);
  if (words.length === 0 || words.length > MOST_WORDS) return 'other';
  if (words.length === 1 && words[0] === SINGLE.yes) return 'yes';
  if (words.length === 1 && words[0] === SINGLE.no) return 'no';
  const { yes, no, left } = read(words, wordsIn(language));
  if (no > 0) return yes === 0 && left.length <= 3 ? 'no' : 'other';
  return yes > 0 && repeats(left, action) ? 'yes' : 'other';
}

/** The longest phrase first, so that "do not do it" is not read as "do it". */
function read(words: readonly string[], lists: readonly ConfirmationWords[]) {
  const agreeing = phrasesOf(lists, (one) => one.yes);
  const besides = phrasesOf(lists, (one) => one.besides);
  const longest = Math.max(...[...agreeing, ...NO].map((phrase) => phrase.split(' ').length));
  let [yes, no] = [0, 0];
  const left: string[] = [];
  for (let at = 0; at < words.length; ) {
    let length = Math.min(longest, words.length - at);
    for (; length > 0; length--) {
      const phrase = words.slice(at, at + length).join(' ');
      if (NO.has(phrase)) no += 1;
      else if (agreeing.has(phrase)) yes += 1;
      else if (length > 1 || !besides.has(phrase)) continue;
      break;
    }
    const [word] = words.slice(at, at + 1);
    if (length === 0 && word !== undefined) left.push(word);
    at += Math.max(1, length);
  }
  return { yes, no, left };
}

/**
 * "Yes, cancel reservation 4WQ150": the author's words in their order, from the first on, and whole values. Words inside a value are
 * the model's, and say nothing of what the customer means.
 */
function repeats(left: readonly string[], action: string | undefined): boolean {
  if (left.length === 0) return true;
  if (action === undefined || left.some((word) => TURNING.has(word))) return false;
  const spoken = action
    .split(/(“[^”]*”)/)
    .flatMap((part) => (part.startsWith('“') ? valueOf(part) : part.split(/\s+/).flatMap(plainOf)));
  if (left[0] !== spoken[0]) return false;
  let at = 0;
  for (const word of left) {
    at = spoken.indexOf(word, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** A value of one word can be repeated; what was more than one word cannot be told from other words. */
function valueOf(text: string): readonly string[] {
  const words = foldedWords(text);
  return words.length === 1 ? words : [];
}

/** A number with a comma or point in it is one word to whoever shows it, and several to whoever reads an answer. */
function plainOf(text: string): readonly string[] {
  const words = foldedWords(text);
  return words.length === 1 || !/\d/.test(text) ? words : [];
}

function foldedWords(text: string): readonly string[] {
  return folded(text)
    .split(' ')
    .filter((word) => word !== '');
}

function phrasesOf(
  lists: readonly ConfirmationWords[],
  part: (words: ConfirmationWords) => string,
): ReadonlySet<string> {
  return new Set(lists.flatMap((words) => part(words).split(',').map(folded)).filter((phrase) => phrase !== ''));
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
