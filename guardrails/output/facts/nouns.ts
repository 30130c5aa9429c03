/** What a number counts, going by the words around it. */
import type { Value } from './types.ts';
import { stem } from './words.ts';

const AFTER = /[^\p{L}\n.;]{0,4}(\p{L}+)(?:[^\p{L}\n.;:,]{1,3}(\p{L}+))?(?:[^\p{L}\n.;:,]{1,3}(\p{L}+))?/uy;

/** Stems of the words right after a number. */
export function nounsAfter(text: string, { end }: Pick<Value, 'end'>): readonly string[] {
  AFTER.lastIndex = end;
  return (AFTER.exec(text)?.slice(1) ?? []).filter((word) => word !== undefined).map(stem);
}

/** Stems of the words after a number and of the last ones before it in its line. */
export function nounsAround(text: string, { start, end }: Pick<Value, 'start' | 'end'>): readonly string[] {
  AFTER.lastIndex = end;
  const after = AFTER.exec(text)?.slice(1) ?? [];
  if (text[end] === '%' || text[end + 1] === '%') return ['%'];
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - 60);
  const before =
    text
      .slice(lineStart, start)
      .match(/\p{L}+/gu)
      ?.slice(-3) ?? [];
  return [...after, ...before].filter((word) => word !== undefined).map(stem);
}
