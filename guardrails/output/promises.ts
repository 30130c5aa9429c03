/** Promises that an agent must not make: by patterns over a sentence's words, in English and German. */
import type { GuardrailSettings } from '../../core/manifest.ts';
import type { Finding } from './finding.ts';
import type { Word } from './fold-words.ts';
import { inSentences, type PhraseMatcher, phraseMatcher, type SentenceCheck } from './phrases.ts';
import { FURTHER_PROMISES, PROMISES, type PromiseCategory, REASONS, USUAL_PROMISES } from './promises/categories.ts';
import { ENGLISH } from './promises/english.ts';
import { GERMAN } from './promises/german.ts';
import { compiled } from './promises/pattern.ts';

interface Expressions {
  readonly english: RegExp;
  readonly german: RegExp;
}

const EXPRESSIONS: ReadonlyMap<PromiseCategory, Expressions> = new Map(
  PROMISES.map((category) => [category, { english: compiled(ENGLISH[category]), german: compiled(GERMAN[category]) }]),
);

export function promiseCheck(settings: GuardrailSettings['promises']): SentenceCheck {
  if (settings === 'off') return () => [];
  const { forbidden = [], allowed = [] } = settings ?? {};
  const further = FURTHER_PROMISES.filter((category) => forbidden.includes(category));
  const categories = [...USUAL_PROMISES, ...further].filter((category) => !allowed.includes(category));
  const wordings = phraseMatcher(allowed.filter((entry) => !isCategory(entry)));
  return (words) => promisesIn(words, categories, wordings);
}

/** The promises of a whole reply; `type` is the category. */
export function findPromises(reply: string, settings: GuardrailSettings['promises']): readonly Finding[] {
  return inSentences(reply, promiseCheck(settings));
}

export function isCategory(entry: string): entry is PromiseCategory {
  const categories: readonly string[] = PROMISES;
  return categories.includes(entry);
}

function promisesIn(
  words: readonly Word[],
  categories: readonly PromiseCategory[],
  wordings: PhraseMatcher,
): readonly Finding[] {
  if (words.length === 0) return [];
  const line = new Line(words);
  const found = categories.flatMap((category) => {
    const { english, german } = EXPRESSIONS.get(category) ?? {};
    return [
      ...(english === undefined ? [] : line.matches(english).filter((match) => !isDenied(match, category))),
      ...(german === undefined ? [] : line.matches(german).filter((match) => !isDeniedInGerman(match, category))),
    ].map(({ start, end }) => ({ type: category, start, end, reason: REASONS[category] }));
  });
  if (found.length === 0) return found;
  const permitted = wordings.in(words);
  const isPermitted = (at: Finding) => permitted.some(({ start, end }) => start < at.end && at.start < end);
  return found.filter((at) => !isPermitted(at)).toSorted((one, other) => one.start - other.start);
}

interface Match {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The words before and after it, up to the next pause. */
  readonly before: string;
  readonly after: string;
}

/** Folded words as one string, and the way back. */
class Line {
  readonly #words: readonly Word[];
  readonly #starts: readonly number[];
  readonly #text: string;
  constructor(words: readonly Word[]) {
    const starts: number[] = [];
    let text = ' ';
    for (const word of words) {
      starts.push(text.length);
      text += `${word.text} `;
    }
    this.#words = words;
    this.#starts = starts;
    this.#text = text;
  }

  matches(expression: RegExp): readonly Match[] {
    return [...this.#text.matchAll(expression)].flatMap((match) => {
      const [text] = match;
      const first = this.#words[this.#starts.indexOf(match.index)];
      const last = this.#words[this.#starts.findLastIndex((start) => start < match.index + text.length)];
      if (first === undefined || last === undefined) return [];
      const before = this.#text.slice(Math.max(0, match.index - CONTEXT), match.index);
      const after = this.#text.slice(match.index + text.length, match.index + text.length + CONTEXT);
      const clause = { before: before.slice(before.lastIndexOf(',') + 1), after: after.split(',', 1)[0] ?? '' };
      return [{ start: first.start, end: last.end, text, ...clause }];
    });
  }
}

/** Characters of folded text beside a match. */
const CONTEXT = 80;

const NO =
  /(?:^| )(?:not|no|never|nothing|neither|nor|none|nobody|without|unable|hardly|non|if|whether|unless|avoid|refuse)(?= )/;
/** Words that begin like a denial and are none. */
const NO_DENIAL =
  /(?:^| )(?:no (?:problem|problems|worries|doubt|matter|question|wonder|need to worry|hidden [a-z]+|strings attached)|not only|if you [a-z]+(?: [a-z]+){0,5}|without (?:any )?(?:doubt|question|hesitation))(?= )/g;

/** These say what is so by a denial of their own. */
const DENYING: readonly PromiseCategory[] = ['medical', 'legal', 'financial', 'outcome'];

function isDenied({ before, text }: Match, category: PromiseCategory): boolean {
  const clause = before.replace(NO_DENIAL, ' ');
  if (DENYING.includes(category)) return /(?:^| )(?:not|never|no|if|whether|nor)(?= )/.test(clause);
  return NO.test(clause) || ASKED.test(clause) || (category !== 'price' && NO.test(` ${text}`));
}

/** "Can we guarantee it?", not "I can guarantee it". */
const ASKED = /(?<! i| we| you)(?:^| )(?:can|could|should|do|does|did|may|might|would) $/;

const NEIN =
  /(?:^| )(?:nicht|kein|keine|keinen|keiner|keinem|keinerlei|nie|niemals|nichts|ohne|weder|ob|falls|wenn)(?= )/;

/** A German denial may stand behind the verb or in the middle. */
function isDeniedInGerman({ before, text, after }: Match, category: PromiseCategory): boolean {
  if (DENYING.includes(category) || category === 'price') return NEIN.test(before);
  return NEIN.test(before) || NEIN.test(` ${text}`) || NEIN.test(` ${after}`);
}
