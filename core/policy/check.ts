/** What is wrong with an agent's rules, found when its file is loaded. */

import { namesUsed, problemsIn } from './check-condition.ts';
import { DEFAULT_RULE, UNTRUSTED_RULE } from './decide.ts';
import { isRecord, type Json } from './json.ts';
import { DECISIONS, type Rule } from './rule.ts';

/** A tool, as its manifest has it. */
export interface CheckedTool {
  readonly name: string;
  readonly sideEffect: boolean;
  readonly rules: readonly Rule[];
  /** JSON Schema of the arguments. */
  readonly input: { readonly [key: string]: Json };
}

/** An `error` keeps the agent from loading. A `warning` does not, until somebody makes it. */
export interface RuleProblem {
  readonly level: 'error' | 'warning';
  readonly tool: string;
  readonly rule?: string;
  /** What is wrong. */
  readonly what: string;
  /** What to write instead. */
  readonly fix: string;
}

export function checkRules(tools: readonly CheckedTool[]): readonly RuleProblem[] {
  const names = new Set(tools.map(({ name }) => name));
  return tools.flatMap((tool) => {
    if (tool.rules.length === 0) {
      return [
        {
          level: 'warning',
          tool: tool.name,
          what: 'has no rule, so it can never be called',
          fix: 'Give it a rule, or remove it.',
        },
      ];
    }
    return [...orderProblems(tool), ...tool.rules.flatMap((rule) => ruleProblems(tool, rule, names))];
  });
}

function orderProblems({ name, rules }: CheckedTool): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const seen = new Set<string>();
  let last: Rule | undefined;
  for (const rule of rules) {
    const at = { level: 'error', tool: name, rule: rule.id } as const;
    if (seen.has(rule.id))
      problems.push({ ...at, what: 'has an id that another rule of the tool has', fix: 'Rename one.' });
    seen.add(rule.id);
    if (last !== undefined) {
      const what = `can never decide, because "${last.id}" before it decides always`;
      problems.push({ ...at, what, fix: `Give "${last.id}" a condition, move it to the end, or remove this rule.` });
    } else if (isAlways(rule)) last = rule;
  }
  return problems;
}

function isAlways({ when }: Rule): boolean {
  return when === undefined || when.length === 0;
}

function ruleProblems(tool: CheckedTool, rule: Rule, tools: ReadonlySet<string>): RuleProblem[] {
  const at = { tool: tool.name, rule: rule.id };
  const problems: RuleProblem[] = [];
  const error = (what: string, fix: string) => problems.push({ level: 'error', ...at, what, fix });
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(rule.id) || rule.id === DEFAULT_RULE || rule.id === UNTRUSTED_RULE) {
    error(
      'has an odd id',
      `Use lower-case letters, digits and "-"; "${DEFAULT_RULE}" and "${UNTRUSTED_RULE}" are taken.`,
    );
  }
  if (!DECISIONS.includes(rule.decision)) error(`decides "${rule.decision}"`, `Use one of ${DECISIONS.join(', ')}.`);
  for (const condition of rule.when ?? []) for (const { what, fix } of problemsIn(condition)) error(what, fix);
  const used = namesUsed(rule.when ?? []);
  const listed = rule.anySource === undefined || rule.anySource === true ? [] : rule.anySource;
  const known = argumentsOf(tool.input);
  for (const name of new Set([...used.arguments, ...listed])) {
    if (known === undefined || known.includes(name)) continue;
    error(
      `names an argument "${name}" that the tool does not have`,
      `Its arguments are ${known.join(', ') || 'none'}.`,
    );
  }
  for (const name of used.tools) {
    if (!tools.has(name))
      error(`names a tool "${name}" that the agent does not have`, 'Add the tool, or correct the name.');
  }
  if (tool.sideEffect && rule.decision === 'allow' && isAlways(rule) && (rule.acknowledged ?? '').trim() === '') {
    problems.push({
      level: 'warning',
      ...at,
      what: 'allows every call of a tool that changes something',
      fix: "Add a condition, or say why this is meant: acknowledged: '…'.",
    });
  }
  return problems;
}

/** `undefined` where the schema leaves open which arguments there are. */
function argumentsOf({ properties, additionalProperties }: CheckedTool['input']): readonly string[] | undefined {
  if (!isRecord(properties)) return undefined;
  return isRecord(additionalProperties) || additionalProperties === true ? undefined : Object.keys(properties);
}
