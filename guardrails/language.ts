/** Which language a text is written in: by its script where only one language has it, else by n-grams (`eld`). */
import { eld } from 'eld/small';

/** A text's beginning tells its language: characters, and words of them. */
const MOST_READ = 4_000;
const MOST_WORDS = 80;

/** @returns the ISO 639-1 code, or undefined where the text is too short, mixed or not clear */
export function languageOf(text: string): string | undefined {
  const prose = proseOf(text.slice(0, MOST_READ));
  const script = scriptOf(prose);
  if (script === undefined) return undefined;
  if ('language' in script) return script.language;
  const words = prose.match(script.words)?.slice(0, MOST_WORDS) ?? [];
  const all = words.join(' ');
  // Names in another language lead astray; where they are left out nothing may change.
  const common = words.filter((word) => word === word.toLowerCase()).join(' ');
  if (lettersIn(all) < script.fewest) return undefined;
  const language = clearLanguage(all, script.clear);
  if (language === undefined || lettersIn(common) < script.fewest / 2) return undefined;
  return eld.detect(common).language === language ? language : undefined;
}

function clearLanguage(text: string, clear: number): string | undefined {
  const detected = eld.detect(text);
  if (detected.language === '' || !detected.isReliable()) return undefined;
  const [first = 0, second = 0] = Object.values(detected.getScores()).toSorted((one, other) => other - one);
  return first - second < clear ? undefined : detected.language;
}

function lettersIn(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

const NOT_PROSE =
  /```[\s\S]{0,2000}?```|`[^`\n]{1,200}`|"[^"\n]{2,400}"|[“„«»‘][^“”„«»‘’\n]{2,400}[”“»«’]|^>.{0,500}$|https?:\/\/\S{1,300}|[\w.+-]{1,64}@[\w.-]{1,100}/gmu;

/** Without quotations, addresses, code, and words with digits in them. */
function proseOf(text: string): string {
  return text.replace(NOT_PROSE, ' ').replace(/[\p{L}_-]{0,40}\d[\p{L}\d_-]{0,40}/gu, ' ');
}

/** A script of many languages. */
interface Shared {
  readonly words: RegExp;
  /** Letters that a text needs, names and quotations not counted. */
  readonly fewest: number;
  /** Between the first and the second language, on the library's scale of 0 to 1. */
  readonly clear: number;
}

type Script = Shared | { readonly language: string };

const SHARED: Readonly<Record<string, Shared>> = {
  Latin: { words: /[\p{Script=Latin}\p{M}'’]+/gu, fewest: 14, clear: 0.03 },
  Cyrillic: { words: /[\p{Script=Cyrillic}\p{M}'’]+/gu, fewest: 14, clear: 0.012 },
  Arabic: { words: /[\p{Script=Arabic}\p{M}]+/gu, fewest: 10, clear: 0.03 },
  Devanagari: { words: /[\p{Script=Devanagari}\p{M}]+/gu, fewest: 10, clear: 0.03 },
};

const ALONE: Readonly<Record<string, string>> = {
  ...{ Hangul: 'ko', Thai: 'th', Greek: 'el', Hebrew: 'he', Georgian: 'ka', Armenian: 'hy', Tamil: 'ta', Telugu: 'te' },
  ...{ Bengali: 'bn', Gujarati: 'gu', Gurmukhi: 'pa', Kannada: 'kn', Malayalam: 'ml' },
};

const SCRIPTS = [
  ...Object.entries(SHARED),
  ...Object.entries(ALONE).map(([name, language]) => [name, { language }] as const),
].map(([name, script]): { readonly script: Script; readonly letters: RegExp } => ({
  script,
  letters: new RegExp(`\\p{Script=${name}}`, 'gu'),
}));

/** A sign says as much as some letters elsewhere. */
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const HAN = /\p{Script=Han}/gu;
const WORTH = 3;
const FEWEST_SIGNS = 4;

/** The script of most of the letters. */
function scriptOf(text: string): Script | undefined {
  const count = (letters: RegExp) => text.match(letters)?.length ?? 0;
  const kana = count(KANA);
  const east = kana + count(HAN);
  const counted = SCRIPTS.map(({ script, letters }) => ({ script, letters: count(letters) }));
  const letters = counted.reduce((sum, one) => sum + one.letters, 0);
  if (east >= FEWEST_SIGNS && east * WORTH > letters) return { language: kana * 5 > east ? 'ja' : 'zh' };
  const [most] = counted.toSorted((one, other) => other.letters - one.letters);
  if (most === undefined || most.letters < FEWEST_SIGNS || most.letters < 0.7 * (letters + east)) return undefined;
  return most.script;
}
