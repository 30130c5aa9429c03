/** What an operand stands for. */
import { isList, isRecord, isScalar, type Json, structured } from './json.ts';
import { namesOf, sameArguments, succeeded } from './past.ts';
import { valuesAt } from './path.ts';
import type { Operand, Right, Test } from './rule.ts';
import type { Scope } from './scope.ts';
import { allOf, type Truth } from './truth.ts';

/** Tests need operands and counting needs tests; handed over so that no file imports the other in a circle. */
export type RunTest = (value: Json, test: Test, scope: Scope) => Truth;

/** @returns `undefined` where that cannot be said */
export function valuesOf(operand: Operand, scope: Scope, run: RunTest): readonly Json[] | undefined {
  const { facts } = scope;
  if ('argument' in operand) return valuesAt(facts.arguments, operand.argument);
  if ('item' in operand) return valuesAt(scope.item, operand.item);
  if ('customer' in operand) return [facts.customer.id];
  if ('claim' in operand) return valuesAt({ ...facts.customer.claims }, operand.claim);
  if ('result' in operand) {
    const call = succeeded(facts, namesOf(operand.of)).find(
      (past) => sameArguments(facts, past, operand.same ?? []) === 'yes',
    );
    return call === undefined ? undefined : valuesAt(structured(call.result), operand.result);
  }
  const number = 'count' in operand ? countOf(operand, scope, run) : calculated(operand, scope, run);
  return number === undefined ? undefined : [number];
}

/** The one scalar on the right of a test. */
export function scalarOf(right: Right, scope: Scope, run: RunTest): Json | undefined {
  if (isScalar(right)) return right;
  const values = valuesOf(right, scope, run);
  const [value] = values ?? [];
  return values?.length === 1 && isScalar(value) ? value : undefined;
}

function countOf(
  { count, where }: Extract<Operand, { count: Operand }>,
  scope: Scope,
  run: RunTest,
): number | undefined {
  const values = valuesOf(count, scope, run);
  const [list] = values ?? [];
  if (values?.length !== 1 || !isList(list)) return undefined;
  const truths = list.map((element) =>
    allOf(Object.entries(where ?? {}).map(([path, test]) => testedAt(element, path, test))),
  );
  return truths.includes('unknown') ? undefined : truths.filter((truth) => truth === 'yes').length;

  function testedAt(element: Json, path: string, test: Test): Truth {
    const [value, ...more] = valuesAt(element, path) ?? [];
    return value === undefined || more.length > 0 ? 'unknown' : run(value, test, scope);
  }
}

type Arithmetic = Extract<Operand, { plus: unknown } | { minus: unknown } | { times: unknown }>;

function calculated(operand: Arithmetic, scope: Scope, run: RunTest): number | undefined {
  if (!isRecord(operand)) return undefined;
  const parts = 'plus' in operand ? operand.plus : 'minus' in operand ? operand.minus : operand.times;
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  const numbers = parts.map((part) => scalarOf(part, scope, run)).filter((part) => typeof part === 'number');
  if (numbers.length !== parts.length) return undefined;
  const result = numbers.reduce((a, b) => ('plus' in operand ? a + b : 'minus' in operand ? a - b : a * b));
  return Number.isFinite(result) ? result : undefined;
}
