/** Plain numbers. Most small ones stand somewhere in the evidence, so what counts is what they are said to count. */
import { bestFields, type Context, lineAround, lineBefore, valuesAround } from './context.ts';
import { DIFFERS, derivable } from './derive.ts';
import { type Line, lineAt } from './layout.ts';
import { nounsAfter, nounsAround } from './nouns.ts';
import type { Value } from './types.ts';
import { EMPTY, stem } from './words.ts';

const ADDED = /^\W{0,3}(?:more|additional|extra|new)\b/;
const LAST_DIGITS = /\b(?:ending|ends|end) (?:in|with)\W{0,6}$/i;

/** Why a number cannot stand, or `undefined`. */
export function numberProblem(value: Value, context: Context): string | undefined {
  const { known, reply } = context;
  const after = nounsAfter(reply, value);
  // The first word after a number is what it counts; where none is, all of its label is.
  const nouns =
    after.length > 0
      ? after.slice(0, ADDED.test(reply.slice(value.end, value.end + 14)) ? 3 : 1)
      : nounsAround(reply, value);
  if (value.keys.some((key) => known.codes.has(key)) && /^\d{3,}$/.test(reply.slice(value.start, value.end)))
    return undefined;
  if (LAST_DIGITS.test(reply.slice(Math.max(0, value.start - 24), value.start))) {
    return known.tokens.has(reply.slice(value.start, value.end))
      ? undefined
      : 'is in no tool result and nobody named it.';
  }
  const nodes = context.nodesOf(context.anchorsAt(value.start));
  const before = lineBefore(value, context);
  const label = (before.slice(1 + lastOf(before, '.!?;')).match(/\p{L}+/gu) ?? []).map(stem);
  const pool = nodes.length > 0 ? nodes : known.nodes;
  const words = new Set([...after, ...nouns, ...label].filter((word) => !EMPTY.has(word)));
  const best = bestFields(pool, words, 'number', 1);
  // Where a noun follows, the field has to be of it: "24 hours" is no number of seats, whatever else the sentence says.
  const fields = after.length === 0 ? best : best.filter((field) => after.some((word) => field.words.includes(word)));
  if (fields.some(({ key }) => value.keys.includes(key))) return undefined;
  // "Bags: 2" under a booking is a field of it, whatever the instructions say of bags.
  const isField =
    nodes.length > 0 &&
    fields.length > 0 &&
    /^[^.!?:]{1,40}:[*_ ]{0,4}$/.test(before) &&
    !ADDED.test(reply.slice(value.end, value.end + 14));
  if (!isField && nouns.some((noun) => value.keys.some((key) => known.counted.has(`${key} ${noun}`)))) return undefined;
  if (value.keys.some((key) => isListed(Number(key), context, value))) return undefined;
  if (derivable(value, nodes, context) || isDuration(value, context)) return undefined;
  if (fields.length > 0) {
    if (!DIFFERS.test(lineAround(value, context))) return `is not the number that the tools returned.`;
    const pairs = fields.slice(0, 20).map(({ key }) => Number(key));
    if (
      value.keys.some((key) =>
        pairs.some((one) => pairs.some((other) => one - other === Number(key) || one + other === Number(key))),
      )
    )
      return undefined;
    return `is not the number that the tools returned.`;
  }
  const noun = nounsAfter(reply, value)[0];
  if (noun !== undefined && known.countedNouns.has(noun)) return 'is not the number that was named.';
  const anywhere = value.keys.some(
    (key) =>
      known.inResults.has(`number:${key}`) ||
      // "40.50" without a currency.
      known.inResults.has(`amount:${key}`) ||
      known.inTexts.has(`number:${key}`) ||
      known.tokens.has(key) ||
      known.saidOf.has(`number:${key}`),
  );
  return anywhere ? undefined : 'is in no tool result and does not follow from one.';
}

/** Where one of these characters stands last; -1 where none does. */
function lastOf(text: string, characters: string): number {
  for (let at = text.length - 1; at >= 0; at--) if (characters.includes(text[at] ?? '')) return at;
  return -1;
}

/** "5 hours": between two times that the reply names. */
function isDuration(value: Value, context: Context): boolean {
  const noun = nounsAfter(context.reply, value)[0];
  if (noun !== 'hour' && noun !== 'hr') return false;
  const times = valuesAround(value, 'time', context).map(({ keys }) => Number(keys[0]));
  return times.some((from) =>
    times.some((to) => Math.floor((((to - from + 1440) % 1440) + 0.5) / 60) === Number(value.keys[0])),
  );
}

/** The reply itself lists so many: "two reservations", and two items. */
function isListed(count: number, { lines }: Context, { start }: Value): boolean {
  const at = lineAt(lines, start);
  return count > 0 && lines.slice(at, at + 200).filter(({ parent }) => parent === at).length === count;
}

/** The mark of a list item, or the number of a label: "Gift card 2: $129". */
export function isListMark({ start, end, kind }: Value, lines: readonly Line[]): boolean {
  if (kind !== 'number') return false;
  const line = lines[lineAt(lines, start)];
  if (line === undefined || start < line.textStart) return line !== undefined;
  if (end - start > 2 || start - line.textStart > 60) return false;
  const before = line.text.slice(line.textStart - line.start, start - line.start);
  const after = line.text.slice(end - line.start, end - line.start + 5);
  return /^[*_ ]*(?:\p{L}+ ){1,4}#?$/u.test(before) && /^[*_]*:/.test(after);
}
