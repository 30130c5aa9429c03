/**
 * A tool call in plain words, for whoever has to say yes to exactly it. Every argument is in it: one that is left out could
 * be anything. It is made of what the tool will get, defaults and conversions included.
 */
import type { Json } from '../policy/json.ts';

/** Longer values nobody reads before saying yes. Characters, of the whole sentence. */
const MOST_CHARACTERS = 2_000;

interface Described {
  readonly name: string;
  /** The author's sentence, with arguments as `{name}`. */
  readonly action?: string;
  /** JSON Schema of the arguments. */
  readonly input: { readonly [key: string]: Json };
}

/**
 * @returns e.g. `Refund 40 for order “O-1” (note: “broken”)`; `undefined` where it is too long to be read
 */
export function actionOf(
  { name, action, input }: Described,
  given: { readonly [name: string]: Json },
): string | undefined {
  const { properties } = input;
  const known = new Set(typeof properties === 'object' && properties !== null ? Object.keys(properties) : []);
  const used = new Set<string>();
  const said = action?.replace(PLACEHOLDER, (_, argument: string) => {
    used.add(argument);
    return inWords(given[argument] ?? null);
  });
  const rest = Object.entries(given).filter(([argument]) => !used.has(argument));
  // The author's names read as words; any other is the model's, and stands in quotes as its values do.
  const listed = rest.map(([argument, value]) => {
    return `${known.has(argument) ? spaced(argument) : quoted(argument)}: ${inWords(value)}`;
  });
  const sentence =
    said === undefined
      ? [sentenceCase(spaced(name)), listed.join(', ')].filter((part) => part !== '').join(' – ')
      : `${said}${listed.length === 0 ? '' : ` (${listed.join(', ')})`}`;
  return sentence.length > MOST_CHARACTERS ? undefined : sentence;
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** The arguments an author's sentence names. */
export function namedIn(action: string): readonly string[] {
  return [...action.matchAll(PLACEHOLDER)].map(([, argument = '']) => argument);
}

/** Text stands in quotes and on one line, so that no value reads like a part of the question. */
function inWords(value: Json): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inWords).join('; ');
  const members = Object.entries(value).map(([name, inner]) => `${quoted(name)} ${inWords(inner)}`);
  return members.length === 0 ? 'none' : `(${members.join(', ')})`;
}

function quoted(text: string): string {
  const oneLine = text.replace(/[\p{C}\p{Z}\s]+/gu, ' ').replace(/[“”]/g, '"');
  return `“${oneLine.trim()}”`;
}

function spaced(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
    .trim();
}

function sentenceCase(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
