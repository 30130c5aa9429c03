/** A reply beside the evidence: what each place of it speaks of. */
import { type Anchors, anchorsOf, idOf, idsByLine } from './anchors.ts';
import { type Known, keysOf } from './known.ts';
import { type Line, lineAt, linesOf } from './layout.ts';
import { type Field, type RecordNode, scopeOf, whole } from './records.ts';
import type { Value } from './types.ts';
import { EMPTY, keyWords, stem } from './words.ts';

export interface Context {
  readonly reply: string;
  readonly lines: readonly Line[];
  /** By where they stand. */
  readonly values: readonly Value[];
  readonly known: Known;
  /** The ids that the line at an offset speaks of. */
  anchorsAt(offset: number): Anchors;
  /** The objects that these ids mean. */
  nodesOf(anchors: Anchors): readonly RecordNode[];
}

export function contextOf(reply: string, values: readonly Value[], known: Known): Context {
  const lines = linesOf(reply);
  const ids = idsByLine(values, lines, known.byId);
  const anchors = new Map<number, Anchors>();
  const scopes = new Map<string, readonly RecordNode[]>();
  return {
    reply,
    lines,
    values,
    known,
    anchorsAt(offset) {
      const line = lineAt(lines, offset);
      const made = anchors.get(line) ?? anchorsOf(line, lines, ids);
      anchors.set(line, made);
      return made;
    },
    nodesOf: (of) =>
      of.flatMap((anchor) => {
        const made = scopes.get(anchor) ?? nodesOfOne(anchor, known);
        scopes.set(anchor, made);
        return made;
      }),
  };
}

/** An id of the line itself means its object; one of a line beside it, everything that was returned with that object. */
function nodesOfOne(anchor: string, { byId }: Known): readonly RecordNode[] {
  const id = idOf(anchor);
  const records = byId.get(id) ?? [];
  return [...new Set(records.flatMap((record) => scopeOf(id === anchor ? record : whole(record))))];
}

/** How much of its line is read around a value. */
const [BEFORE, AFTER] = [300, 200];

/** The line of a value, cut where it is very long. */
export function lineAround({ start, end }: Value, { reply, lines }: Context): string {
  const line = lines[lineAt(lines, start)];
  if (line === undefined) return '';
  return reply.slice(Math.max(line.start, start - BEFORE), Math.min(line.end, end + AFTER));
}

/** What stands before a value in its line, after the mark of a list. */
export function lineBefore({ start }: Value, { reply, lines }: Context): string {
  return reply.slice(Math.max(lines[lineAt(lines, start)]?.textStart ?? 0, start - BEFORE), start);
}

/** Stems of the words between a value and the one before it in its line. */
export function wordsBefore(value: Value, context: Context): ReadonlySet<string> {
  const before = context.values[placeOf(value, context) - 1];
  const text = lineBefore(value, context);
  const gap = before === undefined ? text.length : value.start - before.end;
  return new Set(
    (text.slice(-gap || text.length).match(/\p{L}+/gu) ?? []).map(stem).filter((word) => !EMPTY.has(word)),
  );
}

/** Index of a value of the reply among its values. */
function placeOf({ start }: Value, { values }: Context): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The values of a kind around one: at most so many before it and half as many after it. */
export function valuesAround(value: Value, kind: Value['kind'], context: Context, most = 40): readonly Value[] {
  const at = placeOf(value, context);
  // Other kinds stand between those of this one.
  const before = context.values.slice(Math.max(0, at - 5 * most), at).filter((other) => other.kind === kind);
  const after = context.values.slice(at + 1, at + 5 * most).filter((other) => other.kind === kind);
  return [...before.slice(-most), ...after.slice(0, most / 2)];
}

/**
 * The fields of a kind whose keys say most of what the reply says around the value. Of keys beside each other those that it
 * says whole, where it does ("economy" is not "basic economy"). All of them where no key says any of it, or none where `least` is 1.
 */
export function bestFields(
  nodes: readonly RecordNode[],
  words: ReadonlySet<string>,
  kind: Field['kind'],
  least = 0,
): readonly Field[] {
  let [best, fields]: [number, Field[]] = [least, []];
  for (const record of nodes) {
    for (const field of record.fields) {
      if (field.kind !== kind) continue;
      const shared = words.size === 0 ? 0 : new Set(field.words.filter((word) => words.has(word))).size;
      if (shared < best) continue;
      if (shared > best) [best, fields] = [shared, []];
      fields.push(field);
    }
  }
  if (best === 0) return fields;
  const saidWhole = new Set([...new Set(fields.map(({ path }) => path))].filter((path) => isSaidWhole(path, words)));
  const parents = new Set([...saidWhole].map(parentOf));
  return fields.filter(({ path }) => saidWhole.has(path) || !parents.has(parentOf(path)));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.'));
}

/** Whether every word of a field's own key is among the words. */
function isSaidWhole(path: string, words: ReadonlySet<string>): boolean {
  return keyWords(path.slice(path.lastIndexOf('.') + 1)).every((word) => words.has(word));
}

/** Whether a value is said again of what it was said of in an earlier reply. */
export function saidBefore(kind: Value['kind'], keys: readonly string[], anchors: Anchors, { saidOf }: Known): boolean {
  const ids = new Set(anchors.map(idOf));
  return keys.some((key) =>
    (saidOf.get(`${kind}:${key}`) ?? []).some(
      (of) => of.length === 0 || ids.size === 0 || of.some((anchor) => ids.has(idOf(anchor))),
    ),
  );
}

export function agrees(field: Field, keys: readonly string[]): boolean {
  return keys.some((key) => keysOf({ kind: field.kind, keys: [field.key] }).includes(key));
}

/** For a reason: what a value is not the value of. */
export function named(anchors: Anchors): string {
  return anchors.length === 0 ? 'this person' : anchors.map((anchor) => idOf(anchor).toUpperCase()).join(', ');
}
