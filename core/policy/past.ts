/** The conversation so far: which calls count, which prove something. */
import type { Facts, PastCall, PendingCall } from './facts.ts';
import { isScalar, type Json } from './json.ts';
import { valuesAt } from './path.ts';
import type { Span } from './rule.ts';
import { allOf, type Truth, truthOf } from './truth.ts';

export function namesOf(tools: string | readonly string[]): readonly string[] {
  return typeof tools === 'string' ? [tools] : tools;
}

/** Calls that succeeded, the latest first. */
export function succeeded(facts: Facts, tools: readonly string[]): readonly PastCall[] {
  return facts.past.filter(({ tool, outcome }) => outcome === 'done' && tools.includes(tool)).reverse();
}

/** What limits count: calls that happened, may have happened or are about to. This call is not among them. */
export function counted(
  facts: Facts,
  tools: readonly string[],
  span: Span,
): readonly Pick<PendingCall, 'tool' | 'arguments'>[] {
  const happened = facts.past.filter(
    ({ outcome, turn }) =>
      (outcome === 'done' || outcome === 'unknown') && (span === 'conversation' || turn === facts.turn),
  );
  return [...happened, ...facts.pending].filter(({ tool }) => tools.includes(tool));
}

/** Whether a call had the same values at these paths as the one to decide. */
export function sameArguments(facts: Facts, other: Pick<PastCall, 'arguments'>, paths: readonly string[]): Truth {
  return allOf(
    paths.map((path) => {
      const [here, there] = [only(valuesAt(facts.arguments, path)), only(valuesAt(other.arguments, path))];
      return here === undefined || there === undefined ? 'unknown' : truthOf(here === there);
    }),
  );
}

function only(values: readonly Json[] | undefined) {
  const [value] = values ?? [];
  return values?.length === 1 && isScalar(value) ? value : undefined;
}
