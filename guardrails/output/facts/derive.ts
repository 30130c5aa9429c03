/** Amounts that follow from others: a small closed set, so that a wrong amount hardly ever follows by accident. */
import { type Context, lineAround, valuesAround } from './context.ts';
import type { RecordNode } from './records.ts';
import type { Value } from './types.ts';

export function derivable(value: Value, scope: readonly RecordNode[], context: Context): boolean {
  return value.keys.some((key) => follows(Number(key), value, scope, context));
}

function follows(wanted: number, value: Value, scope: readonly RecordNode[], context: Context): boolean {
  if (value.kind === 'number') return isProduct(wanted, value, context);
  const { known } = context;
  const others = valuesAround(value, 'amount', context);
  const before = others.filter(({ start }) => start < value.start).map(({ keys }) => Number(keys[0]));
  const listed = others.map(({ keys }) => Number(keys[0])).filter((amount) => !near(amount, wanted));
  const totals = [...runs(before), ...listTotals(scope.length > 0 ? scope : known.nodes)];
  if (totals.some((total) => near(total, wanted))) return true;
  const units = [...listed, ...totals, ...scopeAmounts(scope)];
  const counts = countsFor(value, context);
  if (units.some((unit) => counts.some((count) => near(unit * count, wanted)))) return true;
  const said = [...listed, ...known.amounts];
  if (
    DIFFERS.test(lineAround(value, context)) &&
    listed.some((one) => said.some((other) => near(Math.abs(one - other), wanted)))
  )
    return true;
  if (!/\b(?:total|sum|combined|together|altogether|overall)\b/i.test(lineAround(value, context))) return false;
  return before.some((one, at) => before.slice(at + 1).some((other) => near(one + other, wanted)));
}

/** By how many a price may be taken: as the line says, else as long as some list is; not where it is a single price. */
function countsFor(value: Value, context: Context): readonly number[] {
  const line = lineAround(value, context);
  if (!SHARED.test(line)) return [];
  const said = [
    ...[...line.matchAll(NUMBER_WORD)].map(([word]) => NUMBER_WORDS.indexOf(word.toLowerCase())),
    ...valuesAround(value, 'number', context)
      .filter(({ start, end }) => line.includes(context.reply.slice(start, end)))
      .map(({ keys }) => Number(keys[0])),
  ].filter((count) => count > 1 && count < 20);
  return said.length > 0 ? said : [...context.known.lengths];
}

/** The line tells of a value that comes of two others. */
export const DIFFERS =
  /\b(?:total|cost|costs|amount|difference|refund\w*|charged?|paid|pay|payment|sav\w+|balance|remain\w*|additional|extra|more|less|cheaper|left|over|below|above|discount|due|owed?|rest|minus|after)\b|[-−–] ?\$|=/i;

const SHARED =
  /\b(?:total|sum|combined|together|altogether|overall|both|all|each|per|every|passengers|people|travell?ers|guests|persons|tickets|seats|bags|items|nights|cost|costs|amount|difference|refund|refunded|charged|charge|paid|pay|payment|save|saved|savings|balance|remaining)\b|[×*x]/i;

/** Three bags for each of two passengers: both factors are in the reply, or one is the length of a list. */
function isProduct(wanted: number, value: Value, context: Context): boolean {
  const { known, reply } = context;
  if (!/\b(?:total|altogether|together|combined|overall|sum)\b/i.test(lineAround(value, context))) return false;
  const digits = valuesAround(value, 'number', context).map(({ keys }) => Number(keys[0]));
  const words = [...reply.slice(Math.max(0, value.start - 2_000), value.start + 1_000).matchAll(NUMBER_WORD)].map(
    ([word]) => NUMBER_WORDS.indexOf(word.toLowerCase()),
  );
  const factors = [...digits, ...words].filter((factor) => factor > 1 && factor !== wanted).slice(0, 40);
  const counts = [...factors, ...known.lengths];
  return factors.some((one) => counts.some((other) => one * other === wanted));
}

const NUMBER_WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBER_WORD = new RegExp(`\\b(?:${NUMBER_WORDS.join('|')})\\b`, 'gi');

function near(one: number, other: number): boolean {
  return Math.abs(one - other) < 0.006;
}

/** Sums of two or more amounts that follow each other. */
function runs(amounts: readonly number[]): readonly number[] {
  const sums: number[] = [];
  for (let from = 0; from < amounts.length; from++) {
    let sum = amounts[from] ?? 0;
    for (const amount of amounts.slice(from + 1)) sums.push((sum += amount));
  }
  return sums;
}

function scopeAmounts(scope: readonly RecordNode[]): readonly number[] {
  return scope.flatMap(({ fields }) => fields.filter(({ kind }) => kind === 'amount').map(({ key }) => Number(key)));
}

/** For each object: the sum of a field over the objects in it ("price" of its flights). */
function listTotals(nodes: readonly RecordNode[]): readonly number[] {
  return nodes.flatMap((record) => {
    // The list of all that was found is no total of anything.
    if (record.parent === undefined && record.fields.some(({ path }) => path === '#')) return [];
    const sums = new Map<string, number>();
    const seen = new Map<string, number>();
    for (const child of record.children) {
      for (const { fields } of [child, ...child.children]) {
        for (const { kind, key, path } of fields) {
          if (kind !== 'amount') continue;
          sums.set(path, (sums.get(path) ?? 0) + Number(key));
          seen.set(path, (seen.get(path) ?? 0) + 1);
        }
      }
    }
    return [...sums].filter(([path]) => (seen.get(path) ?? 0) > 1).map(([, sum]) => sum);
  });
}
