/** One value against a test. */
import { isScalar, type Json, type Scalar } from './json.ts';
import { type RunTest, scalarOf, valuesOf } from './operand.ts';
import type { Operand, Test } from './rule.ts';
import type { Scope } from './scope.ts';
import { allOf, anyOf, not, type Truth, truthOf } from './truth.ts';

export const TESTS = ['is', 'oneOf', 'noneOf', 'atLeast', 'atMost', 'in', 'startsWith'] as const;

/** Every value the operand finds against every test. No value at all is neither yes nor no. */
export function compared(condition: Operand & Test, scope: Scope): Truth {
  const values = valuesOf(condition, scope, tested);
  if (values === undefined || values.length === 0) return 'unknown';
  return allOf(values.map((value) => tested(value, condition, scope)));
}

export const tested: RunTest = (value, test, scope) => {
  const truths: Truth[] = [];
  if (test.is !== undefined) truths.push(equal(value, scalarOf(test.is, scope, tested)));
  if (test.oneOf !== undefined) truths.push(amongOf(value, test.oneOf));
  if (test.noneOf !== undefined) truths.push(not(amongOf(value, test.noneOf)));
  if (test.atLeast !== undefined) truths.push(ordered(scalarOf(test.atLeast, scope, tested), value));
  if (test.atMost !== undefined) truths.push(ordered(value, scalarOf(test.atMost, scope, tested)));
  if (test.in !== undefined) truths.push(amongOf(value, valuesOf(test.in, scope, tested)));
  if (test.startsWith !== undefined) {
    truths.push(typeof value === 'string' ? truthOf(value.startsWith(test.startsWith)) : 'unknown');
  }
  return truths.length === 0 ? 'unknown' : allOf(truths);
};

/** Values of different types are not compared: `"5"` is neither 5 nor surely something else to the tool that gets it. */
export function equal(a: Json | undefined, b: Json | undefined): Truth {
  if (!isScalar(a) || !isScalar(b) || !comparable(a) || !comparable(b)) return 'unknown';
  return typeof a === typeof b && (a === null) === (b === null) ? truthOf(a === b) : 'unknown';
}

function comparable(value: Scalar): boolean {
  return typeof value !== 'number' || Number.isFinite(value);
}

function amongOf(value: Json, list: readonly Json[] | undefined): Truth {
  if (list === undefined) return 'unknown';
  return anyOf(list.map((each) => equal(value, each)));
}

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/;

function ordered(lower: Json | undefined, upper: Json | undefined): Truth {
  if (typeof lower === 'number' && typeof upper === 'number') {
    return Number.isFinite(lower) && Number.isFinite(upper) ? truthOf(lower <= upper) : 'unknown';
  }
  if (typeof lower !== 'string' || typeof upper !== 'string') return 'unknown';
  if (!DATE.test(lower) || !DATE.test(upper)) return 'unknown';
  return truthOf(lower.padEnd(16, 'T00:00').padEnd(19, ':00') <= upper.padEnd(16, 'T00:00').padEnd(19, ':00'));
}
