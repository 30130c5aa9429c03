/**
 * Names: words with a capital that are no ordinary words and that nobody used before; two that stand together here and never
 * did; a city that is not the one of the code behind it. Only in English: other languages write other words with a capital.
 */
import type { Known } from './known.ts';
import { isEnglish, isOrdinary } from './ordinary.ts';
import { citiesOf, codesOf } from './places.ts';
import type { Contradiction, Value } from './types.ts';

interface Word {
  readonly text: string;
  readonly lower: string;
  readonly start: number;
  readonly end: number;
  readonly position: 'starts a sentence' | 'inside';
}

const CAPITALISED = /(?<![\p{L}\p{N}_@./-])\p{Lu}[\p{L}]*(?:['’-]\p{L}+)*(?![\p{L}\p{N}_@])/gu;
const LOWER = /(?<![\p{L}\p{N}])\p{Ll}\p{L}{2,}/gu;
const NEXT_CODE = /(?:['’]s)? {0,2}\(?([A-Z]{3})(?![A-Za-z])/y;
/** "Detroit Metropolitan Wayne County Airport (DTW)": an airport may be called by its full name. */
const AIRPORT = /(?<![\p{L}\p{N}])(?:\p{Lu}[\p{L}.'’]{0,24}[ /-]{1,2}){1,6}\(([A-Z]{3})\)/gu;
/** Between two parts of one name. */
const GAP = /^ $/;

/** The words (lower case) of the texts of the objects that a place in the reply speaks of, where these hold people. */
export type PeopleAt = (offset: number) => ReadonlySet<string> | undefined;

export function wrongNames(
  reply: string,
  known: Known,
  values: readonly Value[],
  peopleAt: PeopleAt,
): readonly Contradiction[] {
  if (!isEnglish(reply)) return [];
  const used = new Set([...reply.matchAll(LOWER)].map(([word]) => word));
  const problems: Contradiction[] = [];
  for (const run of runsOf(wordsOf(reply, values), reply))
    problems.push(...runProblems(run, reply, known, used, peopleAt));
  return problems;
}

function wordsOf(reply: string, values: readonly Value[]): readonly Word[] {
  const taken = new Set(values.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)));
  for (const { index, 0: phrase, 1: code } of reply.matchAll(AIRPORT)) {
    const named = phrase.toLowerCase();
    const isAirport =
      /airport|intl/.test(named) || citiesOf((code ?? '').toLowerCase()).some((city) => named.includes(city));
    if (isAirport) for (let at = index; at < index + phrase.length; at++) taken.add(at);
  }
  return [...reply.matchAll(CAPITALISED)]
    .filter(({ index, 0: text }) => !taken.has(index) && text.length > 1)
    .map(({ index, 0: written }) => {
      const text = written.replace(/['’](?:s|ve|re|ll|d|m)$/, '');
      const before = reply.slice(Math.max(0, index - 12), index);
      const position =
        index === 0 || /(?:[.!?]["”)]?\s+|\n\s*|^\s*)(?:[-*•>#_"“'(]|\d{1,2}[.)]|\s)*$/.test(before)
          ? 'starts a sentence'
          : 'inside';
      return { text, lower: text.toLowerCase(), start: index, end: index + text.length, position };
    });
}

/** Words beside each other. */
function runsOf(words: readonly Word[], reply: string): readonly (readonly Word[])[] {
  const runs: Word[][] = [];
  for (const word of words) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && GAP.test(reply.slice(last.end, word.start))) runs.at(-1)?.push(word);
    else runs.push([word]);
  }
  return runs;
}

function runProblems(
  run: readonly Word[],
  reply: string,
  known: Known,
  used: ReadonlySet<string>,
  peopleAt: PeopleAt,
): readonly Contradiction[] {
  const problems: Contradiction[] = [];
  let before: Word | undefined;
  for (let at = 0; at < run.length; at++) {
    const word = run[at];
    if (word === undefined) break;
    const city = cityAt(run, at);
    if (city !== undefined) {
      const last = run[at + city.split(' ').length - 1] ?? word;
      const problem = cityProblem(city, last.end, reply, known);
      if (problem !== undefined && !isExample(reply, word.start))
        problems.push(found(reply, word.start, last.end, problem));
      at += city.split(' ').length - 1;
      before = undefined;
      continue;
    }
    const ordinary = isOrdinary(word.text) || used.has(word.lower);
    if (!ordinary && !isKnownWord(word.lower, known)) {
      const doubtful = word.position === 'starts a sentence' && run.length === 1 && reply[word.end] !== ',';
      if (!doubtful && !isExample(reply, word.start)) problems.push(found(reply, word.start, word.end, NOBODY));
      before = undefined;
      continue;
    }
    if (!ordinary && before !== undefined && !together(before.lower, word.lower, known)) {
      problems.push(
        found(reply, before.start, word.end, 'is nobody in this conversation: these two names never stood together.'),
      );
    } else if (!ordinary && before !== undefined && known.people.has(`${before.lower} ${word.lower}`)) {
      const people = peopleAt(before.start);
      const person = `${before.lower} ${word.lower}`;
      if (people !== undefined && !people.has(person))
        problems.push(found(reply, before.start, word.end, 'is not who the tools returned here.'));
    }
    before = ordinary ? undefined : word;
  }
  return problems;
}

const NOBODY = 'is a name that no tool result has and nobody used.';

function found(reply: string, start: number, end: number, problem: string): Contradiction {
  return { type: 'name', start, end, reason: `"${reply.slice(start, end)}" ${problem}` };
}

/** Lower case name of the city that begins at a word of a run. */
function cityAt(run: readonly Word[], at: number): string | undefined {
  for (let length = 4; length > 0; length--) {
    const name = run
      .slice(at, at + length)
      .map(({ lower }) => lower)
      .join(' ');
    if (run.length >= at + length && codesOf(name).length > 0) return name;
  }
  return undefined;
}

function cityProblem(city: string, end: number, reply: string, known: Known): string | undefined {
  NEXT_CODE.lastIndex = end;
  const code = NEXT_CODE.exec(reply)?.[1]?.toLowerCase();
  if (
    code !== undefined &&
    citiesOf(code).length > 0 &&
    !citiesOf(code).includes(city) &&
    !known.pairs.has(`${code} ${city}`)
  ) {
    return `is not the city of ${code.toUpperCase()}.`;
  }
  if (isNamed(city, known) || codesOf(city).some((each) => known.tokens.has(each))) return undefined;
  return 'is a place that no tool result has and nobody named.';
}

/** Whether a name of one or more words (lower case) is somewhere in the evidence. */
export function isNamed(name: string, known: Known): boolean {
  const words = name.split(' ');
  if (words.length === 1) return known.tokens.has(name);
  return words.slice(1).every((word, at) => known.pairs.has(`${words[at]} ${word}`));
}

/** "Such as Boston or Seattle" says nothing of either. */
function isExample(reply: string, start: number): boolean {
  const before = reply.slice(Math.max(0, start - 80), start);
  return /\b(?:e\.g\.|such as|for example|for instance)(?=[^!?\n]*$)/i.test(before.slice(before.lastIndexOf('\n') + 1));
}

function isKnownWord(word: string, { tokens }: Known): boolean {
  if (tokens.has(word) || tokens.has(word.replace(/e?s$/, '')) || tokens.has(`${word}s`)) return true;
  return /['’-]/.test(word) && word.split(/['’-]/).every((part) => part.length < 2 || tokens.has(part));
}

function together(one: string, other: string, { pairs, tokens }: Known): boolean {
  return pairs.has(`${one} ${other}`) || pairs.has(`${other} ${one}`) || tokens.has(`${one}${other}`);
}
