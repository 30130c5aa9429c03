/**
 * The calculator: Python's arithmetic on numbers, `+ - * / // **` and parentheses, parsed here and never evaluated as code.
 * The answer is rounded to 2 places and printed as Python prints a float.
 */
import { rejected, type ToolEffect, type World } from '../world.ts';

/** Something the expression does that has no value; the message is for the model. */
class Unanswerable extends Error {}

/** Deeper nesting than this is refused instead of overflowing the stack. */
const MAX_DEPTH = 100;

export function calculate(_world: World, { expression }: { expression: string }): ToolEffect {
  if (/[^0-9+\-*/(). ]/.test(expression)) return rejected('invalid characters in expression');
  try {
    const value = evaluate(expression);
    if (!Number.isFinite(value)) return rejected('the result is not a finite number');
    return { result: pythonFloat(roundedTo2(value)), changes: [] };
  } catch (error) {
    if (error instanceof Unanswerable) return rejected(error.message);
    throw error;
  }
}

function evaluate(expression: string): number {
  const tokens = expression.match(/\d+\.?\d*|\.\d+|\*\*|\/\/|[-+*/()]|\./g) ?? [];
  let at = 0;
  let depth = 0;
  const take = (...wanted: readonly string[]): string | undefined => {
    const token = tokens[at];
    if (token === undefined || !wanted.includes(token)) return undefined;
    at += 1;
    return token;
  };
  const sum = (): number => {
    let left = product();
    for (let operator = take('+', '-'); operator !== undefined; operator = take('+', '-')) {
      const right = product();
      left = operator === '+' ? left + right : left - right;
    }
    return left;
  };
  const product = (): number => {
    let left = signed();
    for (let operator = take('*', '/', '//'); operator !== undefined; operator = take('*', '/', '//')) {
      left = applied(operator, left, signed());
    }
    return left;
  };
  const signed = (): number => {
    let negative = false;
    for (let sign = take('+', '-'); sign !== undefined; sign = take('+', '-')) if (sign === '-') negative = !negative;
    const value = power();
    return negative ? 0 - value : value;
  };
  const power = (): number => {
    const base = atom();
    if (take('**') === undefined) return base;
    if ((depth += 1) > MAX_DEPTH) throw new Unanswerable('too deeply nested');
    const exponent = signed();
    depth -= 1;
    if (base === 0 && exponent < 0) throw new Unanswerable('division by zero');
    return base ** exponent;
  };
  const atom = (): number => {
    if (take('(') !== undefined) {
      if ((depth += 1) > MAX_DEPTH) throw new Unanswerable('too deeply nested');
      const inside = sum();
      depth -= 1;
      if (take(')') === undefined) throw new Unanswerable('invalid syntax');
      return inside;
    }
    const token = tokens[at];
    if (token === undefined || !/\d/.test(token) || /^0+[1-9]\d*$/.test(token))
      throw new Unanswerable('invalid syntax');
    at += 1;
    return Number(token);
  };
  const value = sum();
  if (at < tokens.length) throw new Unanswerable('invalid syntax');
  return value;
}

function applied(operator: string, left: number, right: number): number {
  if (operator === '*') return left * right;
  if (right === 0) throw new Unanswerable('division by zero');
  return operator === '/' ? left / right : Math.floor(left / right);
}

/** To 2 places by the exact binary value, ties to even: `toFixed` does all but the ties, which only odd eighths can be. */
function roundedTo2(value: number): number {
  if (Math.abs(value) >= 1e15) return value;
  const eighths = value * 8;
  if (Number.isInteger(eighths) && eighths % 2 !== 0) {
    const below = Math.floor(value * 100);
    return (below % 2 === 0 ? below : below + 1) / 100;
  }
  return Number(value.toFixed(2));
}

/** A float as Python's `str` prints it. */
function pythonFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (Math.abs(value) >= 1e16) return value.toExponential();
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
