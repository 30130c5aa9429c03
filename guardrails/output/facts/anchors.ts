/** Which ids a line of a reply speaks of, by where it stands. */
import { type Line, lineAt } from './layout.ts';
import type { Value } from './types.ts';

/** Ids, lower case: of the line, of those right under it, over it; with a mark, of those beside it. */
export type Anchors = readonly string[];

const BESIDE = '~';
/** Lines that are looked at above and below one. */
const REACH = 200;

/** Whether an id stands beside the line and not in it, under it or over it. */
export function isBeside(anchor: string): boolean {
  return anchor.startsWith(BESIDE);
}

export function idOf(anchor: string): string {
  return isBeside(anchor) ? anchor.slice(BESIDE.length) : anchor;
}

/** Short codes without a digit (`JFK`) stand in too many objects to say which one is meant. */
export function isAnchor(key: string): boolean {
  return key.length >= 5 || /\d/.test(key);
}

/** The ids that a line speaks of: its own, else those of the lines right below it, else those over and beside it. */
export function anchorsOf(index: number, lines: readonly Line[], idsByLine: readonly Anchors[]): Anchors {
  const own = idsByLine[index] ?? [];
  if (own.length > 0) return own;
  const below = new Set<string>();
  for (let at = index + 1; at < index + REACH && isUnder(lines[at], index); at++) {
    for (const id of idsByLine[at] ?? []) below.add(id);
  }
  if (below.size > 0) return [...below];
  const beside = new Set<string>();
  const parent = lines[index]?.parent;
  for (let at = index - 1; parent !== undefined && at > parent && at > index - REACH; at--) {
    for (const id of idsByLine[at] ?? []) beside.add(`${BESIDE}${id}`);
  }
  for (let over = parent; over !== undefined; over = lines[over]?.parent) {
    const ids = idsByLine[over] ?? [];
    if (ids.length > 0) return [...ids, ...beside];
  }
  return [...beside];
}

function isUnder(line: Line | undefined, index: number): boolean {
  return line?.parent !== undefined && line.parent >= index;
}

export function idsByLine(
  values: readonly Value[],
  lines: readonly Line[],
  byId: Pick<ReadonlyMap<string, unknown>, 'has'>,
): readonly Anchors[] {
  const ids: string[][] = lines.map(() => []);
  for (const { kind, keys, start } of values) {
    const key = keys[0] ?? '';
    if ((kind === 'id' || kind === 'number') && isAnchor(key) && byId.has(key)) ids[lineAt(lines, start)]?.push(key);
  }
  return ids;
}
