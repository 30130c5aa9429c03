/** One line of `handback policy check --jsonl`: a call and what came before it, decided. */
import type { Customer } from '../conversation.ts';
import { TOOL_OUTCOMES } from '../tool-result.ts';
import { decide, type Explained, explain } from './decide.ts';
import type { Facts, PastCall } from './facts.ts';
import { isList, isRecord, isScalar, type Json, structured } from './json.ts';
import type { Decision, ToolRules } from './rule.ts';

/** An agent's rules by tool. */
export type AgentRules = { readonly [tool: string]: ToolRules };

export interface CheckedLine {
  readonly id: string;
  readonly decision: Decision;
  readonly rule: string;
  readonly reason: string;
}

/**
 * @param line `{id, customer, past: [{tool, arguments, result}], call: {tool, arguments}}`. Besides: a past call may have an
 *   `outcome` (else it succeeded) and a `turn`; the line may have `turn`, `pending`, `now` (milliseconds or ISO 8601),
 *   `utcOffsets`, `dayAmounts`, `customerTexts`, `instructions`, `documents` and `memories`. Without `customerTexts`, what
 *   the customer typed is unknown. `customer` may be the id alone;
 *   arguments and results may be JSON text.
 * @throws TypeError naming what is wrong with the line
 */
export function checkLine(rules: AgentRules, line: Json): CheckedLine {
  const { id, facts } = readLine(line);
  return { id, ...decide(rulesOf(rules, facts.tool), facts) };
}

/** The same with every rule and condition. @throws TypeError naming what is wrong with the line */
export function explainLine(rules: AgentRules, line: Json): Explained & { readonly id: string } {
  const { id, facts } = readLine(line);
  return { id, ...explain(rulesOf(rules, facts.tool), facts) };
}

function rulesOf(rules: AgentRules, tool: string): ToolRules | undefined {
  return Object.hasOwn(rules, tool) ? rules[tool] : undefined;
}

function readLine(line: Json): { readonly id: string; readonly facts: Facts } {
  if (!isRecord(line)) throw new TypeError('A line has to be a JSON object.');
  const { id, past = [], pending = [] } = line;
  if (!isList(past)) throw new TypeError('"past" has to be a list of {tool, arguments, result}.');
  if (!isList(pending)) throw new TypeError('"pending" has to be a list of {tool, arguments}.');
  const call = callOf(line['call'], 'call');
  const facts: Facts = {
    ...call,
    customer: customerOf(line['customer']),
    turn: typeof line['turn'] === 'number' ? line['turn'] : 0,
    past: past.map(pastOf),
    pending: pending.map((each, index) => callOf(each, `pending[${index}]`)),
    ...timeOf(line['now']),
    ...optional('utcOffsets', numbersOf(line['utcOffsets'])),
    ...optional('dayAmounts', numbersOf(line['dayAmounts'])),
    ...optional('customerTexts', textsOf(line['customerTexts'])),
    ...optional('instructions', textsOf(line['instructions'])?.join('\n')),
    ...optional('documents', textsOf(line['documents'])),
    ...optional('memories', textsOf(line['memories'])),
  };
  return { id: isScalar(id) ? String(id ?? '') : '', facts };
}

function callOf(value: Json | undefined, where: string): Pick<Facts, 'tool' | 'arguments'> {
  const { tool, arguments: written = null } = isRecord(value) ? value : {};
  const given = structured(written);
  if (typeof tool !== 'string' || !isRecord(given)) {
    throw new TypeError(`"${where}" has to be {tool, arguments}, with an object of arguments.`);
  }
  return { tool, arguments: given };
}

function pastOf(value: Json, index: number): PastCall {
  const { outcome: named, turn, result } = isRecord(value) ? value : {};
  const outcome = named === undefined ? 'done' : TOOL_OUTCOMES.find((each) => each === named);
  if (outcome === undefined)
    throw new TypeError(`"past[${index}].outcome" has to be one of ${TOOL_OUTCOMES.join(', ')}.`);
  return {
    ...callOf(value, `past[${index}]`),
    turn: typeof turn === 'number' ? turn : 0,
    result: result ?? null,
    outcome,
  };
}

function customerOf(value: Json | undefined): Customer {
  if (typeof value === 'string') return { id: value };
  const { id, claims } = isRecord(value) ? value : {};
  if (typeof id !== 'string') throw new TypeError('"customer" has to be an id, or {id, claims?}.');
  if (!isRecord(claims)) return { id };
  const plain: [string, string | number | boolean][] = [];
  for (const [name, claim] of Object.entries(claims)) if (isScalar(claim) && claim !== null) plain.push([name, claim]);
  return { id, claims: Object.fromEntries(plain) };
}

function timeOf(value: Json | undefined): Pick<Facts, 'now'> {
  const now = typeof value === 'string' ? Date.parse(value) : value;
  return typeof now === 'number' && Number.isFinite(now) ? { now } : {};
}

function textsOf(value: Json | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return isList(value) ? value.filter((each) => typeof each === 'string') : undefined;
}

function numbersOf(value: Json | undefined): { readonly [name: string]: number } | undefined {
  if (!isRecord(value)) return undefined;
  const numbers: [string, number][] = [];
  for (const [name, each] of Object.entries(value)) if (typeof each === 'number') numbers.push([name, each]);
  return Object.fromEntries(numbers);
}

function optional<K extends keyof Facts>(key: K, value: Facts[K] | undefined): Partial<Pick<Facts, K>> {
  if (value === undefined) return {};
  const part: Partial<Facts> = { [key]: value };
  return part;
}
