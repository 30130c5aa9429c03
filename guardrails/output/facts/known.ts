/** The evidence, read once: which values it holds, which object holds them, and what was said of which id. */
import { type Anchors, anchorsOf, idsByLine, isAnchor } from './anchors.ts';
import { lineAt, linesOf } from './layout.ts';
import { nounsAround } from './nouns.ts';
import { recently } from './recently.ts';
import { type RecordNode, recordsOf } from './records.ts';
import type { Evidence, Value } from './types.ts';
import { valuesIn } from './values.ts';
import { EMPTY, stem } from './words.ts';

const valuesOf = recently(valuesIn);
const readRecords = recently(recordsOf);
const readTokens = recently(tokensIn);

/** Words that can be asked for. */
export interface Words {
  has(word: string): boolean;
}

export interface Known {
  readonly nodes: readonly RecordNode[];
  /** Objects by what identifies them. */
  readonly byId: ReadonlyMap<string, readonly RecordNode[]>;
  /** `kind:key` of everything in JSON results. */
  readonly inResults: ReadonlySet<string>;
  /** `kind:key` of everything in other texts, which no object holds: answers in words, instructions, customer, arguments. */
  readonly inTexts: ReadonlySet<string>;
  /** `key noun` of numbers in texts, by the stems of the words around them. */
  readonly counted: ReadonlySet<string>;
  /** Dates and times of the instructions, with the words around them there: today, the end of a sale, examples. */
  readonly instructed: ReadonlyMap<string, ReadonlySet<string>>;
  /** Nouns that a number was said of anywhere. */
  readonly countedNouns: ReadonlySet<string>;
  /** For each value of an earlier reply, the ids it was said of. */
  readonly saidOf: ReadonlyMap<string, readonly Anchors[]>;
  /** Days that somebody named without a year. */
  readonly yearless: ReadonlySet<string>;
  /** Numbers that tools returned as text: the last digits of a card, a postcode. */
  readonly codes: ReadonlySet<string>;
  /** Every word and part of an id, lower case. */
  readonly tokens: Words;
  /** Two words beside each other, lower case. */
  readonly pairs: Words;
  /** People that tools returned, "first last" in lower case. */
  readonly people: ReadonlySet<string>;
  /** Of which ids each of them was spoken of before. */
  readonly namedOf: ReadonlyMap<string, readonly Anchors[]>;
  /** Words of the customer's messages and of the arguments of calls, lower case. */
  readonly customerWords: Words;
  /** Lengths of lists of objects. */
  readonly lengths: ReadonlySet<number>;
  /** Amounts named in texts, and those said before. */
  readonly amounts: readonly number[];
}

export function knownFrom(evidence: Evidence): Known {
  const nodes: RecordNode[] = [];
  const asked: RecordNode[] = [];
  const texts = [...evidence.customer];
  // Changes are calls too, and mostly among the others already.
  const results = new Set([...evidence.results, ...evidence.changes.map(({ result }) => result)]);
  // What was refused or broke was asked with whatever the model made up.
  const made = evidence.changes.filter(({ outcome }) => outcome !== 'denied' && outcome !== 'failed');
  const calls = new Set([...evidence.asked, ...made.map(({ arguments: args }) => args)]);
  for (const result of results) keep(result, nodes, texts);
  for (const args of calls) keep(args, asked, texts);
  const inTexts = new Set<string>();
  const counted = new Set<string>();
  const amounts = new Set<number>();
  const instructed = new Map<string, Set<string>>();
  for (const text of evidence.instructions) {
    for (const value of valuesOf(text)) {
      if (EXAMPLE.test(text.slice(Math.max(0, value.start - 20), value.start))) continue;
      const isDay = value.kind === 'date' || value.kind === 'time';
      for (const key of keysOf(value)) {
        if (!isDay) inTexts.add(`${value.kind}:${key}`);
        else
          instructed.set(
            `${value.kind}:${key}`,
            new Set([...(instructed.get(`${value.kind}:${key}`) ?? []), ...wordsNear(text, value)]),
          );
      }
      if (value.kind === 'amount') for (const key of value.keys) amounts.add(Number(key));
      if (value.kind === 'number') count(text, value, counted);
    }
  }
  for (const text of texts) {
    for (const value of valuesOf(text)) {
      for (const key of keysOf(value)) inTexts.add(`${value.kind}:${key}`);
      if (value.kind === 'amount') for (const key of value.keys) amounts.add(Number(key));
      if (value.kind === 'number') count(text, value, counted);
    }
    if (/^-?\d+(?:\.\d+)?$/.test(text.trim())) addBare(text, inTexts, amounts);
  }
  for (const field of asked.flatMap(({ fields }) => fields)) {
    for (const key of keysOf({ ...field, keys: [field.key] })) inTexts.add(`${field.kind}:${key}`);
    if (field.kind === 'amount') amounts.add(Number(field.key));
    if (field.kind === 'number') for (const word of field.words) counted.add(`${field.key} ${word}`);
  }
  const byId = idsOf(nodes);
  const people = new Set(nodes.flatMap(({ person }) => person ?? []));
  const inResults = new Set<string>();
  for (const { fields } of nodes) {
    for (const field of fields)
      for (const key of keysOf({ ...field, keys: [field.key] })) inResults.add(`${field.kind}:${key}`);
  }
  const codes = new Set(nodes.flatMap((record) => record.texts.filter((text) => /^\d{3,}$/.test(text))));
  const yearless = new Set(
    [...inTexts].filter((key) => key.length === 10 && key.startsWith('date:')).map((key) => key.slice(5)),
  );
  const saidOf = new Map<string, Anchors[]>();
  for (const said of evidence.said) remember(said, byId, saidOf, counted, amounts);
  const raw = [...results, ...calls, ...evidence.instructions, ...evidence.customer, ...evidence.said];
  return {
    nodes,
    byId,
    inResults,
    inTexts,
    counted,
    countedNouns: new Set([...counted].map((pair) => pair.slice(pair.indexOf(' ') + 1))),
    instructed,
    people,
    namedOf: namedIn(evidence.said, people, byId),
    customerWords: tokensOf([...evidence.customer, ...evidence.asked]).tokens,
    saidOf,
    yearless,
    codes,
    ...tokensOf(raw),
    lengths: lengthsOf([...nodes, ...asked]),
    amounts: [...amounts],
  };
}

/** An example of how to write a value is not one. */
const EXAMPLE = /\b(?:such as|e\.g\.|for example|for instance|example:?|like)\W{0,4}$/i;

/** Stems of the words of a sentence around a value. */
function wordsNear(text: string, { start, end }: Value): readonly string[] {
  const before =
    text
      .slice(Math.max(0, start - 80), start)
      .split(/[.!?\n]/)
      .at(-1) ?? '';
  const after = text.slice(end, end + 60).split(/[.!?\n]/)[0] ?? '';
  return (`${before} ${after}`.match(/\p{L}+/gu) ?? []).map(stem).filter((word) => word.length > 3 && !EMPTY.has(word));
}

function keep(text: string, nodes: RecordNode[], texts: string[]): void {
  const records = readRecords(text);
  if (records === undefined) texts.push(text);
  else nodes.push(...records);
}

/** A tool that answers a bare number has computed it: it may be anything. */
function addBare(text: string, inTexts: Set<string>, amounts: Set<number>): void {
  const value = Math.abs(Number(text.trim()));
  inTexts.add(`amount:${value}`);
  inTexts.add(`number:${value}`);
  amounts.add(value);
}

/** A date with a year is known without it too. */
export function keysOf({ kind, keys }: Pick<Value, 'kind' | 'keys'>): readonly string[] {
  if (kind !== 'date') return keys;
  return keys.flatMap((key) => (key.length === 10 ? [key, key.slice(5)] : [key]));
}

function idsOf(nodes: readonly RecordNode[]): Map<string, RecordNode[]> {
  const byId = new Map<string, RecordNode[]>();
  const listed = new Map<string, RecordNode[]>();
  for (const record of nodes) {
    for (const { kind, key, path } of record.fields) {
      if (kind !== 'id' || !isAnchor(key)) continue;
      // A plain list of ids says nothing of the things themselves.
      const into = record.fields.some((field) => field.path === `${path}#`) ? listed : byId;
      const same = into.get(key);
      if (same === undefined) into.set(key, [record]);
      else if (same.at(-1) !== record) same.push(record);
    }
  }
  for (const [key, records] of listed) if (!byId.has(key)) byId.set(key, records);
  return byId;
}

function remember(
  said: string,
  byId: ReadonlyMap<string, unknown>,
  saidOf: Map<string, Anchors[]>,
  counted: Set<string>,
  amounts: Set<number>,
): void {
  const lines = linesOf(said);
  const values = valuesOf(said);
  const ids = idsByLine(values, lines, byId);
  const anchors = new Map<number, Anchors>();
  const anchorsAt = (line: number) => {
    const of = anchors.get(line) ?? anchorsOf(line, lines, ids);
    anchors.set(line, of);
    return of;
  };
  for (const value of values) {
    for (const key of keysOf(value)) {
      const of = saidOf.get(`${value.kind}:${key}`) ?? [];
      saidOf.set(`${value.kind}:${key}`, of);
      of.push(anchorsAt(lineAt(lines, value.start)));
    }
    if (value.kind === 'amount') for (const key of value.keys) amounts.add(Number(key));
    if (value.kind === 'number') count(said, value, counted);
  }
}

function count(text: string, value: Value, counted: Set<string>): void {
  const lineStart = text.lastIndexOf('\n', value.start - 1) + 1;
  const isListMark =
    /^[.)] /.test(text.slice(value.end, value.end + 2)) && text.slice(lineStart, value.start).trim() === '';
  if (isListMark) return;
  for (const noun of nounsAround(text, value)) for (const key of value.keys) counted.add(`${key} ${noun}`);
}

const NAME_PAIR = /(?<!\p{L})(\p{L}+)(?= (\p{L}+))/gu;

function namedIn(
  said: readonly string[],
  people: ReadonlySet<string>,
  byId: ReadonlyMap<string, unknown>,
): Map<string, Anchors[]> {
  const named = new Map<string, Anchors[]>();
  for (const text of said) {
    const lines = linesOf(text);
    const ids = idsByLine(valuesOf(text), lines, byId);
    for (const match of text.matchAll(NAME_PAIR)) {
      const person = `${match[1]} ${match[2]}`.toLowerCase();
      if (!people.has(person)) continue;
      named.set(person, [...(named.get(person) ?? []), anchorsOf(lineAt(lines, match.index), lines, ids)]);
    }
  }
  return named;
}

/** Parts of keys that stand between the two values of a name. */
const NAME_KEYS = new Set(['first', 'last', 'middle', 'family', 'given', 'name', 'surname']);

interface Tokens {
  readonly tokens: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

/** Asked one by one: to put them into one set would take longer than all questions together. */
function tokensOf(texts: readonly string[]): { readonly tokens: Words; readonly pairs: Words } {
  const read = texts.map(readTokens);
  return {
    tokens: { has: (word) => read.some(({ tokens }) => tokens.has(word)) },
    pairs: { has: (pair) => read.some(({ pairs }) => pairs.has(pair)) },
  };
}

function tokensIn(text: string): Tokens {
  const tokens = new Set<string>();
  const pairs = new Set<string>();
  let before = '';
  for (const [whole] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+(?:[_-][\p{L}\p{N}]+)*/gu)) {
    tokens.add(whole);
    for (const part of /[_-]/.test(whole) ? whole.split(/[_-]/) : [whole]) {
      if (part !== whole) tokens.add(part);
      if (NAME_KEYS.has(part)) continue;
      // Names have no digits.
      const isWord = (part.codePointAt(0) ?? 0) > 57;
      if (isWord && before !== '') pairs.add(`${before} ${part}`);
      before = isWord ? part : '';
    }
  }
  return { tokens, pairs };
}

function lengthsOf(nodes: readonly RecordNode[]): Set<number> {
  const lengths = new Set<number>();
  for (const { fields } of nodes) {
    for (const { path, key } of fields)
      if (path.length > 1 && path.endsWith('#') && Number(key) > 1) lengths.add(Number(key));
  }
  return lengths;
}
