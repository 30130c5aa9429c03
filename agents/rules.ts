/** A tool's permission as an author writes it: a word, or rules. */

import type { Manifest, ToolManifest } from '../core/manifest.ts';
import { checkRules, type RuleProblem } from '../core/policy/check.ts';
import type { AgentRules } from '../core/policy/line.ts';
import type { Decision, Rule } from '../core/policy/rule.ts';
import type { Wrong } from './definition-error.ts';

/**
 * `allow`: always; `confirm`: when the customer says yes; `approve`: when an operator does; `deny`: never; rules: the first
 * whose conditions all hold, and where none does, never.
 */
export type PermissionSpec = Decision | readonly Rule[];

/** @throws DefinitionError for anything else */
export function permissionOf(spec: PermissionSpec, wrong: Wrong): Pick<ToolManifest, 'permission' | 'rules'> {
  if (spec === 'allow' || spec === 'deny') return { permission: spec };
  if (spec === 'confirm' || spec === 'approve') {
    return { permission: 'rules', rules: [{ id: 'always', decision: spec }] };
  }
  if (!Array.isArray(spec)) {
    throw wrong(
      'has no permission',
      "Set permission: 'allow', 'confirm', 'approve', 'deny' or rules. Without one the tool could never be called.",
    );
  }
  const rules: readonly Rule[] = spec;
  return { permission: 'rules', rules };
}

/** Every tool's rules, those of a word included: what `handback policy` decides with. */
export function rulesOf({ tools }: Manifest): AgentRules {
  const all = tools.map((tool) => {
    const { name, sideEffect, rules = [wordAsRule(tool)] } = tool;
    return [name, { sideEffect, rules }] as const;
  });
  return Object.fromEntries(all);
}

function wordAsRule({ permission, acknowledged }: ToolManifest): Rule {
  const decision = permission === 'allow' ? 'allow' : 'deny';
  return { id: 'always', decision, ...(acknowledged === undefined ? {} : { acknowledged }) };
}

function problemsOf(tools: readonly ToolManifest[]): readonly RuleProblem[] {
  return checkRules(
    tools.map((tool) => {
      const { name, sideEffect, rules = [wordAsRule(tool)], input } = tool;
      return { name, sideEffect, rules, input };
    }),
  );
}

/** What an author should look at, and an agent runs with all the same: changes that one word allows whatever they are. */
export function warningsOf({ agent, tools }: Manifest): readonly string[] {
  return problemsOf(tools.filter(({ rules }) => rules === undefined)).map(
    ({ tool, what, fix }) => `The tool ${tool} of ${agent} ${what}. ${fix}`,
  );
}

/** Rules may name other tools of the agent, so they are checked when all are known. @throws DefinitionError */
export function checkPermissions(tools: readonly ToolManifest[], wrong: Wrong): void {
  const words = new Set(tools.filter(({ rules }) => rules === undefined).map(({ name }) => name));
  const problem = problemsOf(tools).find(({ level, tool }) => level === 'error' || !words.has(tool));
  if (problem === undefined) return;
  const { tool, rule, what, fix } = problem;
  const whose = rule === undefined ? `a tool "${tool}" that` : `a tool "${tool}" with a rule "${rule}" that`;
  throw wrong(`has ${whose} ${what}`, fix);
}
