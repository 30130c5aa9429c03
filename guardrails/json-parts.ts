/** The words in JSON: its names and values as whoever gets it reads them, without quotation marks and escapes. */

export interface JsonParts {
  readonly names: readonly string[];
  /** Strings and numbers. */
  readonly values: readonly string[];
  /** Both, in the order they are written in. */
  readonly all: readonly string[];
}

/** JSON in a string in JSON, and so on: as far as that is looked into. */
const DEEPEST_QUOTED = 3;

interface Waiting {
  readonly name?: string;
  readonly value: unknown;
  readonly quoted: number;
}

/**
 * Not by recursion: how deep it is nested is somebody else's choice. Time is linear in the text.
 *
 * @returns `undefined` for a text that is no JSON
 */
export function jsonPartsOf(text: string): JsonParts | undefined {
  const names: string[] = [];
  const values: string[] = [];
  const all: string[] = [];
  const waiting: Waiting[] = opened(text, 0);
  if (waiting.length === 0) return undefined;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, value, quoted } = next;
    if (name !== undefined) {
      names.push(name);
      all.push(name);
    }
    if (typeof value === 'object' && value !== null) {
      for (const inner of within(value, quoted)) waiting.push(inner);
      continue;
    }
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    values.push(String(value));
    all.push(String(value));
    if (typeof value === 'string' && quoted < DEEPEST_QUOTED && /^\s*[{[]/.test(value))
      waiting.push(...opened(value, quoted + 1));
  }
  return { names, values, all };
}

/** The last one first, as they are taken from the end. */
function within(value: object, quoted: number): readonly Waiting[] {
  const inner = Array.isArray(value)
    ? value.map((each: unknown) => ({ value: each, quoted }))
    : Object.entries(value).map(([name, each]: [string, unknown]) => ({ name, value: each, quoted }));
  return inner.reverse();
}

function opened(text: string, quoted: number): Waiting[] {
  try {
    return [{ value: JSON.parse(text), quoted }];
  } catch {
    return [];
  }
}

const STRING = /"((?:[^"\\]|\\[^])*)(?:"|\\?$)/g;

/** The strings of JSON that was cut off at its end, which is none any more. Time is linear in the text. */
export function stringsOfCutJson(text: string): readonly string[] {
  if (!/^\s*[{["]/.test(text)) return [];
  return Array.from(text.matchAll(STRING), ([, inner = '']) => unescaped(inner));
}

function unescaped(inner: string): string {
  // Cut off within an escape.
  const whole = inner.replace(/\\u[\da-f]{0,3}$/i, '');
  try {
    return String(JSON.parse(`"${whole}"`));
  } catch {
    return whole;
  }
}
