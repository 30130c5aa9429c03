/** Limits on how often and how much. Calls that are asked for together are counted together. */
import type { Facts } from './facts.ts';
import type { Json } from './json.ts';
import { counted, sameArguments } from './past.ts';
import { valuesAt } from './path.ts';
import type { Condition, Rule } from './rule.ts';
import { type Truth, truthOf } from './truth.ts';

export function withinCalls(
  { calls, atMost, tools, same }: Extract<Condition, { calls: unknown }>,
  facts: Facts,
): { readonly truth: Truth; readonly count: number } {
  const others = counted(facts, tools ?? [facts.tool], calls);
  // Where it cannot be said whether another call was about the same thing, it counts: a limit must not be talked around.
  const count = 1 + others.filter((other) => sameArguments(facts, other, same ?? []) !== 'no').length;
  return { truth: truthOf(count <= atMost), count };
}

export function withinAmount(
  { amount, per, atMost, tools }: Extract<Condition, { amount: unknown }>,
  facts: Facts,
): { readonly truth: Truth; readonly sum: number | undefined } {
  const sum = sumOf(amount, per, tools ?? [facts.tool], facts);
  return { sum, truth: sum === undefined ? 'unknown' : truthOf(sum <= atMost) };
}

type Amount = Extract<Condition, { amount: unknown }>;

function sumOf(path: string, per: Amount['per'], tools: readonly string[], facts: Facts): number | undefined {
  const here = amountAt(facts.arguments, path);
  if (here === undefined || per === 'call') return here;
  const others = per === 'day' ? pendingOf(facts, tools) : counted(facts, tools, per);
  const amounts: (number | undefined)[] = others.map((other) => amountAt(other.arguments, path));
  if (per === 'day') amounts.push(...tools.map((tool) => dayAmount(facts, `${tool}.${path}`)));
  let sum = here;
  for (const each of amounts) {
    if (each === undefined) return undefined;
    sum += each;
  }
  return Number.isFinite(sum) ? sum : undefined;
}

function pendingOf(facts: Facts, tools: readonly string[]): Facts['pending'] {
  return facts.pending.filter(({ tool }) => tools.includes(tool));
}

/** An amount below 0 would make room for others, so it is none. */
function amountAt(values: { readonly [name: string]: Json }, path: string): number | undefined {
  const found = valuesAt(values, path);
  if (found === undefined || found.length === 0) return undefined;
  let sum = 0;
  for (const each of found) {
    if (typeof each !== 'number' || !Number.isFinite(each) || each < 0) return undefined;
    sum += each;
  }
  return sum;
}

/** A tool and the argument of it that some rule sums up over a day. */
export interface DayAmount {
  readonly tool: string;
  readonly argument: string;
}

/** Every one that the rules of an agent name, each once. */
export function dayAmountsIn(
  tools: readonly { readonly name: string; readonly rules?: readonly Rule[] }[],
): DayAmount[] {
  const found = new Map<string, DayAmount>();
  for (const { name, rules = [] } of tools) {
    for (const { amount, tools: summed = [name] } of rules.flatMap(({ when = [] }) => when.flatMap(daySums))) {
      for (const tool of summed) found.set(`${tool}.${amount}`, { tool, argument: amount });
    }
  }
  return [...found.values()];
}

function daySums(condition: Condition): readonly Amount[] {
  if ('not' in condition) return daySums(condition.not);
  if ('anyOf' in condition) return condition.anyOf.flatMap(daySums);
  if ('allOf' in condition) return condition.allOf.flatMap(daySums);
  if ('each' in condition) return condition.all.flatMap(daySums);
  return 'amount' in condition && condition.per === 'day' ? [condition] : [];
}

/** What a call takes of it, where that is a number. */
export function amountOf(call: Pick<Facts, 'arguments'>, argument: string): number | undefined {
  return amountAt(call.arguments, argument);
}

function dayAmount({ dayAmounts }: Facts, key: string): number | undefined {
  const amount = dayAmounts !== undefined && Object.hasOwn(dayAmounts, key) ? dayAmounts[key] : undefined;
  return amount !== undefined && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}
