/** What a number counts, going by the words around it. */
import type { Value } from './types.ts';
import { EMPTY, stem } from './words.ts';

const AFTER = /[^\p{L}\d\n.;(]{0,4}(\p{L}+)(?:[^\p{L}\n.;:,]{1,3}(\p{L}+))?(?:[^\p{L}\n.;:,]{1,3}(\p{L}+))?/uy;

/** Stems of the words right after a number that say something. */
export function nounsAfter(text: string, { end }: Pick<Value, 'end'>): readonly string[] {
  if (text[end] === '%' || text[end + 1] === '%') return ['%'];
  AFTER.lastIndex = end;
  return (AFTER.exec(text)?.slice(1) ?? [])
    .filter((word) => word !== undefined)
    .map(stem)
    .filter((word) => !EMPTY.has(word));
}

/** The same, or where none follows, of the last ones before it in its line: "Seats: 12". */
export function nounsAround(text: string, value: Pick<Value, 'start' | 'end'>): readonly string[] {
  const after = nounsAfter(text, value);
  if (after.length > 0) return after;
  const lineStart = Math.max(text.lastIndexOf('\n', value.start - 1) + 1, value.start - 60);
  const clause =
    text
      .slice(lineStart, value.start)
      .split(/[.,;!?]/)
      .at(-1) ?? '';
  return (clause.match(/\p{L}+/gu) ?? [])
    .slice(-3)
    .map(stem)
    .filter((word) => !EMPTY.has(word));
}
