/** What tools returned, as objects that know where they stand: a value belongs to an id that is in the same object. */

import { valuesIn } from './values.ts';
import { keyWords } from './words.ts';

export interface Field {
  readonly kind: 'number' | 'amount' | 'date' | 'time' | 'id';
  readonly key: string;
  /** Words of its key and of the keys above it, nearest first. */
  readonly words: readonly string[];
  /** The path inside its result, list positions left out. */
  readonly path: string;
}

export interface RecordNode {
  readonly parent: RecordNode | undefined;
  readonly children: RecordNode[];
  readonly fields: Field[];
  /** First and last name, where it is a person, lower case. */
  person?: string;
  /** Text of its own string values, lower case. */
  readonly texts: string[];
}

const MONEY_KEY =
  /price|amount|cost|total|fee|balance|fare|charge|refund|paid|payment|sum|value|salary|rate|budget|credit|discount|tax/;
const COUNT_KEY =
  /seat|count|quantity|qty|number|bag|passenger|guest|night|item|size|age|stock|year|day|hour|minute|_id$|^id$/;
/** Deeper than any tool answers; what lies below is not looked at. */
const MAX_DEPTH = 40;

/** The objects of one result, outermost first. `undefined` where it is not JSON, or a bare number or text. */
export function recordsOf(text: string): readonly RecordNode[] | undefined {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const nodes: RecordNode[] = [];
  walk(parsed, node(undefined, nodes), [], '', nodes, 0);
  return nodes;
}

function node(parent: RecordNode | undefined, nodes: RecordNode[]): RecordNode {
  const made: RecordNode = { parent, children: [], fields: [], texts: [] };
  parent?.children.push(made);
  nodes.push(made);
  return made;
}

function walk(
  value: unknown,
  into: RecordNode,
  words: readonly string[],
  path: string,
  nodes: RecordNode[],
  depth: number,
): void {
  if (depth > MAX_DEPTH) return;
  if (typeof value === 'string') addText(value, into, words, path);
  else if (typeof value === 'number') addNumber(value, into, words, path);
  else if (Array.isArray(value)) {
    into.fields.push({ kind: 'number', key: String(value.length), words, path: `${path}#` });
    for (const element of value) {
      const own = typeof element === 'object' && element !== null ? node(into, nodes) : into;
      walk(element, own, words, path, nodes, depth + 1);
    }
  } else if (typeof value === 'object' && value !== null) {
    const person = personOf(value);
    if (person !== undefined) into.person = person;
    for (const [key, inner] of Object.entries(value)) {
      const below = [...keyWords(key), ...words].slice(0, 12);
      const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
      const own = isObject ? node(into, nodes) : into;
      if (/\d/.test(key)) addText(key, own, words, path);
      walk(inner, own, below, `${path}.${/\d/.test(key) ? '*' : key}`, nodes, depth + 1);
    }
  }
}

/** `{first_name, last_name}`, however the keys are spelled. */
function personOf(value: object): string | undefined {
  const entries = Object.entries(value);
  const named = (pattern: RegExp) => entries.find(([key, text]) => pattern.test(key) && typeof text === 'string')?.[1];
  const [first, last] = [named(/^(?:first|given)_?name$/i), named(/^(?:last|family|sur)_?name$/i)];
  return first === undefined || last === undefined ? undefined : `${first} ${last}`.toLowerCase();
}

function addText(value: string, into: RecordNode, words: readonly string[], path: string): void {
  into.texts.push(value.toLowerCase());
  for (const found of valuesIn(value)) {
    for (const key of found.keys) into.fields.push({ kind: found.kind, key, words, path });
    if (found.kind !== 'id') continue;
    for (const part of (found.keys[0] ?? '').split(/[_-]/)) {
      if (/\d/.test(part) && part !== found.keys[0]) into.fields.push({ kind: 'id', key: part, words, path });
    }
  }
  // The next day of an arrival: 03:00:00+1.
  if (/:\d\d\+1$/.test(value)) into.fields.push({ kind: 'date', key: '+1', words, path });
}

function addNumber(value: number, into: RecordNode, words: readonly string[], path: string): void {
  const key = String(Math.abs(value));
  const name = path.toLowerCase();
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (MONEY_KEY.test(name) && !COUNT_KEY.test(last)) into.fields.push({ kind: 'amount', key, words, path });
  else into.fields.push({ kind: 'number', key, words, path });
  if (Number.isInteger(value) && key.length >= 5) into.fields.push({ kind: 'id', key, words, path });
}

/** Everything that belongs to an object: its own, what lies in it, and the plain fields of what it lies in. */
export function scopeOf(of: RecordNode): readonly RecordNode[] {
  const scope: RecordNode[] = [];
  const open: RecordNode[] = [of];
  while (open.length > 0) {
    const next = open.pop();
    if (next === undefined) break;
    scope.push(next);
    open.push(...next.children);
  }
  for (let above = of.parent; above !== undefined; above = above.parent) scope.push(above);
  return scope;
}

/** The outermost object that an object is part of; a list of objects is none. */
export function whole(of: RecordNode): RecordNode {
  let outermost = of;
  for (let above = of.parent; above !== undefined; above = above.parent) {
    if (above.fields.some(({ path }) => !path.endsWith('#')) || above.texts.length > 0) outermost = above;
  }
  return outermost;
}
