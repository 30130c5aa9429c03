/** A tool's permission as an author writes it: a word, or rules. */

import type { Manifest, ToolManifest } from '../core/manifest.ts';
import { checkRules } from '../core/policy/check.ts';
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
  const all = tools.map(({ name, sideEffect, permission, rules = [wordAsRule(permission)] }) => {
    return [name, { sideEffect, rules }] as const;
  });
  return Object.fromEntries(all);
}

/** A word is the author's own and needs no second one. */
function wordAsRule(permission: ToolManifest['permission']): Rule {
  return { id: 'always', decision: permission === 'allow' ? 'allow' : 'deny', acknowledged: 'said in one word' };
}

/** Rules may name other tools of the agent, so they are checked when all are known. @throws DefinitionError */
export function checkPermissions(tools: readonly ToolManifest[], wrong: Wrong): void {
  const [problem] = checkRules(
    tools.map(({ name, sideEffect, permission, rules = [wordAsRule(permission)], input }) => ({
      ...{ name, sideEffect, rules, input },
    })),
  );
  if (problem === undefined) return;
  const { tool, rule, what, fix } = problem;
  const whose = rule === undefined ? `a tool "${tool}" that` : `a tool "${tool}" with a rule "${rule}" that`;
  throw wrong(`has ${whose} ${what}`, fix);
}
