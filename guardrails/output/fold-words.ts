/** A sentence as words that can be compared: what is written differently and reads the same is the same. */
import { unmask } from '../input/confusables.ts';
import { plainOf } from './pii/fold.ts';

export interface Word {
  /** Lower case, without accents, in Latin letters where it only looks Latin; `,` for what parts a sentence. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Scripts without spaces: each sign is a word. Else a word, with its apostrophes; a sign that is read aloud; a pause. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}\p{Cf}'’ʼ‘])+|[%$€£¥]|[,;:()–—，、；：]|(?<=\s)-(?=\s)/gu;
const PAUSE = /^[,;:()–—，、；：-]$/;
const PLAIN = /^[a-z0-9']+$/;

export function foldWords(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [raw] = match;
    const start = match.index;
    const end = start + raw.length;
    if (PAUSE.test(raw)) words.push({ text: ',', start, end });
    else for (const part of spokenParts(foldWord(raw))) words.push({ text: part, start, end });
  }
  return gathered(text, words);
}

/** Read with it, a word of nothing but lookalikes counts as Latin. */
const LATIN = 'abc abc abc ';

function foldWord(raw: string): string {
  const lower = raw.toLowerCase();
  if (PLAIN.test(lower)) return lower;
  const visible = Array.from(lower, plainOf)
    .join('')
    .replace(/[’ʼ‘]/g, "'")
    .replace(/[\u115f\u1160\u3164\uffa0]/g, '');
  const folded = visible.normalize('NFKC').toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
  return unmask(LATIN + folded).text.slice(LATIN.length);
}

const ENDINGS: Readonly<Record<string, string>> = { ll: 'will', re: 'are', ve: 'have', m: 'am', d: 'would' };
/** Also as they are written in haste. */
const NEGATED = /^(ca|do|does|did|wo|would|could|should|is|are|was|were|have|has|had)n'?t$/;
const NEGATED_STEMS: Readonly<Record<string, string>> = { ca: 'can', wo: 'will' };

/** "We'll" is "we will", "can't" and "cannot" are "can not"; other apostrophes are not read. */
function spokenParts(word: string): readonly string[] {
  if (word === 'cannot') return ['can', 'not'];
  const negated = NEGATED.exec(word)?.[1];
  if (negated !== undefined) return [NEGATED_STEMS[negated] ?? negated, 'not'];
  if (!word.includes("'")) return word === '' ? [] : [word];
  const [stem = '', ending = '', ...more] = word.split("'");
  const spoken = ENDINGS[ending];
  if (stem !== '' && spoken !== undefined && more.length === 0) return [stem, spoken];
  const joined = word.replaceAll("'", '');
  return joined === '' ? [] : [joined];
}

const FEWEST_SPREAD = 4;

/** Letters that stand alone, one sign apart, are one word: "r e f u n d". */
function gathered(text: string, words: readonly Word[]): readonly Word[] {
  const result: Word[] = [];
  let run: Word[] = [];
  const close = () => {
    const [first] = run;
    const last = run.at(-1);
    if (run.length < FEWEST_SPREAD || first === undefined || last === undefined) result.push(...run);
    else result.push({ text: run.map((word) => word.text).join(''), start: first.start, end: last.end });
    run = [];
  };
  for (const word of words) {
    const last = run.at(-1);
    if (last !== undefined && !(isLetter(word) && isSpread(text, last.end, word.start))) close();
    if (isLetter(word)) run.push(word);
    else result.push(word);
  }
  close();
  return result;
}

function isLetter({ text }: Word): boolean {
  return /^[a-z]$/.test(text);
}

function isSpread(text: string, from: number, to: number): boolean {
  return to - from === 1 && /[\s.\-_*/|+]/.test(text[from] ?? '');
}
