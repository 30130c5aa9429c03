/**
 * The decision: the first rule whose conditions all hold, and `deny` where none does.
 *
 * **What cannot be evaluated.** A rule is then neither in force nor out of it, whichever way the author meant it. So every rule
 * that might be the first to hold is taken together: the strictest of them decides. Whatever the missing value turns out to
 * be, the decision is never more permissive than the one the author wrote for it. (Counting an unknown condition as held only
 * in strict rules would not do: a `confirm` that might not apply, before a final `deny`, would confirm what is denied.)
 */
import { holds } from './condition.ts';
import type { Facts } from './facts.ts';
import { nameOf } from './path.ts';
import { isUntrusted, leavesOf, provenanceOf, type Sources, sourcesOf } from './provenance.ts';
import { type Condition, DECISIONS, type Decision, type Origin, type Rule, type ToolRules } from './rule.ts';
import type { Scope } from './scope.ts';
import { allOf, type Truth } from './truth.ts';

export interface Decided {
  readonly decision: Decision;
  /** The rule's id; `default` where none held, `untrusted-source` where an argument's origin made it stricter. */
  readonly rule: string;
  readonly reason: string;
}

export interface Explained extends Decided {
  readonly rules: readonly {
    readonly id: string;
    readonly decision: Decision;
    readonly holds: Truth;
    readonly conditions: readonly { readonly condition: Condition; readonly holds: Truth }[];
  }[];
  /** Where each value of each argument came from. */
  readonly origins: readonly { readonly argument: string; readonly value: string | number; readonly origin: Origin }[];
}

export const DEFAULT_RULE = 'default';
export const UNTRUSTED_RULE = 'untrusted-source';

/** @param policy absent: a tool without rules, which is denied */
export function decide(policy: ToolRules | undefined, facts: Facts): Decided {
  return decideIn(policy, scopeOf(facts));
}

function decideIn(policy: ToolRules | undefined, scope: Scope): Decided {
  const { tool } = scope.facts;
  let strictest: Decided | undefined;
  for (const rule of policy?.rules ?? []) {
    const truth = allOf((rule.when ?? []).map((condition) => holds(condition, scope)));
    if (truth === 'no') continue;
    const here = withOrigins(rule, decidedBy(rule, truth), policy?.sideEffect === true, scope);
    if (strictest === undefined || isStricter(here.decision, strictest.decision)) strictest = here;
    if (truth === 'yes') return strictest;
  }
  if (strictest?.decision === 'deny') return strictest;
  const reason =
    strictest === undefined
      ? `No rule of ${tool} allows this.`
      : `No rule of ${tool} surely allows this: what "${strictest.rule}" depends on is not known yet.`;
  return { decision: 'deny', rule: DEFAULT_RULE, reason };
}

function isStricter(a: Decision, b: Decision): boolean {
  return DECISIONS.indexOf(a) > DECISIONS.indexOf(b);
}

const PLAIN = {
  allow: 'This is allowed.',
  confirm: 'The customer has to say yes to this call.',
  approve: 'An operator has to approve this call.',
  deny: 'The tool may not be called like this.',
} satisfies Record<Decision, string>;

function decidedBy({ id, decision, reason }: Rule, truth: Truth): Decided {
  const said = reason ?? PLAIN[decision];
  return { decision, rule: id, reason: truth === 'yes' ? said : `${said} (What this depends on is not known yet.)` };
}

/** A change with an argument only known from where anybody may write needs approval, unless the rule speaks of it. */
function withOrigins(rule: Rule, decided: Decided, sideEffect: boolean, scope: Scope): Decided {
  if (!sideEffect || !isStricter('approve', decided.decision)) return decided;
  const [first] = untrusted(rule, scope);
  if (first === undefined) return decided;
  const reason = `The argument "${first.argument}" is only known from ${FROM_WHERE[first.origin]}, so an operator has to approve this call.`;
  return { decision: 'approve', rule: UNTRUSTED_RULE, reason };
}

const FROM_WHERE: Readonly<Record<Origin, string>> = {
  asserted: 'the calling service',
  customer: 'the customer',
  instructions: 'the instructions',
  model: 'the model',
  document: 'a document',
  memory: 'a memory',
  tool_output: 'what a tool returned',
};

function untrusted({ anySource = [], when = [] }: Rule, { facts, sources }: Scope): Explained['origins'] {
  if (anySource === true) return [];
  const settled = new Set([...anySource, ...settledBy(when)]);
  const open = Object.entries(facts.arguments).filter(([name]) => !settled.has(name));
  return originsOf(open, sources()).filter(({ origin }) => isUntrusted(origin));
}

/** Arguments whose origin the rule itself asks about, as one of the conditions that all hold. */
function settledBy(when: readonly Condition[]): readonly string[] {
  return when.flatMap((condition) => {
    if ('allOf' in condition) return settledBy(condition.allOf);
    return 'from' in condition && 'argument' in condition ? [nameOf(condition.argument)] : [];
  });
}

function originsOf(
  entries: readonly (readonly [string, Facts['arguments'][string]])[],
  sources: Sources,
): Explained['origins'] {
  return entries.flatMap(([argument, value]) =>
    leavesOf(value).map((leaf) => ({ argument, value: leaf, origin: provenanceOf(leaf, sources) })),
  );
}

/** The same decision with every rule and condition, whether or not it came to them. */
export function explain(policy: ToolRules | undefined, facts: Facts): Explained {
  const scope = scopeOf(facts);
  return {
    ...decideIn(policy, scope),
    rules: (policy?.rules ?? []).map(({ id, decision, when = [] }) => {
      const conditions = when.map((condition) => ({ condition, holds: holds(condition, scope) }));
      return { id, decision, holds: allOf(conditions.map(({ holds: truth }) => truth)), conditions };
    }),
    origins: originsOf(Object.entries(facts.arguments), scope.sources()),
  };
}

function scopeOf(facts: Facts): Scope {
  let known: Sources | undefined;
  return {
    facts,
    sources: () => {
      known ??= sourcesOf(facts);
      return known;
    },
  };
}
