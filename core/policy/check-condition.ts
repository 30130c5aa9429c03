/** Conditions as data: whether they have one of the known shapes, and which arguments and tools they name. */
import { TESTS } from './comparison.ts';
import { isRecord, isScalar } from './json.ts';
import { isPath, nameOf } from './path.ts';
import type { Condition } from './rule.ts';
import { isFixedZone, minutesOf } from './time-window.ts';

export interface ConditionProblem {
  readonly what: string;
  readonly fix: string;
}

/** Every key a condition may have, by the key that makes it what it is. The order matters: the first that is there decides. */
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  not: [],
  anyOf: [],
  allOf: [],
  each: ['all'],
  given: [],
  fields: ['only'],
  after: ['same', 'with', 'shows'],
  calls: ['atMost', 'tools', 'same'],
  amount: ['per', 'atMost', 'tools'],
  between: ['zone', 'days'],
  from: ['argument', 'references'],
  argument: TESTS,
  item: TESTS,
  customer: TESTS,
  claim: TESTS,
  result: ['of', 'same', ...TESTS],
  count: ['where', ...TESTS],
  plus: TESTS,
  minus: TESTS,
  times: TESTS,
};

/** @param condition whatever stands there: a file of rules may hold what the types do not allow */
export function problemsIn(condition: unknown): readonly ConditionProblem[] {
  if (!isRecord(condition))
    return [{ what: 'has a condition that is no object', fix: 'See docs/permissions.md for the shapes.' }];
  const kind = Object.keys(SHAPES).find((key) => Object.hasOwn(condition, key));
  const shape = kind === undefined ? undefined : SHAPES[kind];
  const odd = Object.keys(condition).filter((key) => key !== kind && shape?.includes(key) !== true);
  if (kind === undefined || shape === undefined || odd.length > 0) {
    const what = `has a condition that nobody knows: ${JSON.stringify(condition).slice(0, 120)}`;
    return [{ what, fix: 'See docs/permissions.md for the shapes; only documented keys may stand together.' }];
  }
  if (kind === 'not') return problemsIn(condition['not']);
  const inner = condition[kind === 'each' ? 'all' : kind];
  if (kind === 'anyOf' || kind === 'allOf' || kind === 'each') {
    if (!Array.isArray(inner) || inner.length === 0)
      return [{ what: `has an empty "${kind}"`, fix: 'List the conditions.' }];
    return inner.flatMap(problemsIn);
  }
  return [...timeProblems(condition, kind), ...testProblems(condition, kind, shape), ...pathProblems(condition)];
}

function timeProblems(condition: { readonly [key: string]: unknown }, kind: string): readonly ConditionProblem[] {
  if (kind === 'calls' || kind === 'amount') {
    if (typeof condition['atMost'] === 'number' && Number.isFinite(condition['atMost'])) return [];
    return [{ what: `has a limit of "${kind}" without a number`, fix: 'Set atMost to a number.' }];
  }
  if (kind !== 'between') return [];
  const { between, zone } = condition;
  const times = Array.isArray(between) ? between.map((time) => minutesOf(String(time))) : [];
  if (times.length !== 2 || times.includes(undefined))
    return [{ what: 'has odd hours', fix: "Write them ['09:00', '17:30']." }];
  if (typeof zone === 'string' && (isFixedZone(zone) || zone.includes('/'))) return [];
  return [{ what: 'has an odd zone', fix: "Write '+02:00', 'Z' or a name such as 'Europe/Berlin'." }];
}

function testProblems(
  condition: { readonly [key: string]: unknown },
  kind: string,
  shape: readonly string[],
): readonly ConditionProblem[] {
  if (!shape.includes('is') || TESTS.some((test) => condition[test] !== undefined)) return [];
  return [{ what: `looks at a "${kind}" and tests nothing`, fix: `Add one of ${TESTS.join(', ')}.` }];
}

function pathProblems(condition: { readonly [key: string]: unknown }): readonly ConditionProblem[] {
  const keys = ['argument', 'item', 'result', 'given', 'fields', 'references', 'amount'];
  return keys.flatMap((key) => {
    const path = condition[key];
    if (path === undefined || (typeof path === 'string' && isPath(path))) return [];
    return [{ what: `has an odd path ${JSON.stringify(path)}`, fix: 'Write paths like a.b, a[0], a[] or a{}.' }];
  });
}

/** Top-level names of this call's arguments, and names of tools, anywhere in the conditions. */
export function namesUsed(conditions: readonly Condition[]): {
  readonly arguments: readonly string[];
  readonly tools: readonly string[];
} {
  const [names, tools]: [string[], string[]] = [[], []];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isRecord(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      if (['argument', 'given', 'fields', 'references', 'amount', 'each'].includes(key) && typeof inner === 'string') {
        names.push(nameOf(inner));
      } else if (key === 'same' && Array.isArray(inner)) names.push(...inner.map((path) => nameOf(String(path))));
      else if (['after', 'of', 'tools', 'tool'].includes(key)) tools.push(...[inner].flat().filter(isText));
      else if (!isScalar(inner)) visit(inner);
    }
  };
  visit(conditions);
  return { arguments: names, tools };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
