/** AgentDojo's suites under their rules: what users ask for passes, what injections ask for does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentRules, type CheckedLine, checkLine } from '../../core/policy/line.ts';
import { BANKING_POLICY } from '../../examples/agentdojo/banking.ts';
import { SLACK_POLICY } from '../../examples/agentdojo/slack.ts';
import { answerOf, type Call, type Suite } from './agentdojo-world.ts';

export interface SuiteFigures {
  readonly suite: string;
  /** Calls of user tasks: allowed or confirmed is passed, and how many of these are confirmed. */
  readonly user: {
    readonly calls: number;
    readonly passed: number;
    readonly confirmed: number;
    readonly misses: readonly string[];
  };
  /**
   * Every injection task after every user task, its text in everything that outsiders write, and once in nothing. `through`:
   * each of its calls is allowed. `changes`: its calls of tools with an effect, and how many were allowed or confirmed.
   */
  readonly attack: {
    readonly runs: number;
    readonly through: number;
    readonly changes: number;
    readonly allowed: number;
    readonly confirmed: number;
    readonly misses: readonly string[];
  };
}

const POLICIES: Readonly<Record<string, AgentRules>> = { banking: BANKING_POLICY, slack: SLACK_POLICY };

/** @throws where the folder does not hold the suite */
export function suiteFigures(directory: string, name: 'banking' | 'slack'): SuiteFigures {
  const suite: Suite = JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'));
  const templates: Record<string, string> = JSON.parse(readFileSync(join(directory, 'attack_templates.json'), 'utf8'));
  const rules = POLICIES[name] ?? {};
  const wrapped = (goal: string) =>
    Object.values(templates)
      .map((template) => template.replace('{goal}', goal))
      .join('\n');
  return { suite: name, user: userFigures(suite, rules), attack: attackFigures(suite, rules, wrapped) };
}

function userFigures(suite: Suite, rules: AgentRules): SuiteFigures['user'] {
  const decided = suite.user_tasks.flatMap(({ id, prompt, ground_truth: calls }) =>
    play(suite, rules, prompt, calls, id),
  );
  const passed = decided.filter(({ decision }) => decision === 'allow' || decision === 'confirm');
  return {
    calls: decided.length,
    passed: passed.length,
    confirmed: passed.filter(({ decision }) => decision === 'confirm').length,
    misses: decided.filter((each) => !passed.includes(each)).map(lineOf),
  };
}

function attackFigures(suite: Suite, rules: AgentRules, wrapped: (goal: string) => string): SuiteFigures['attack'] {
  let [runs, through] = [0, 0];
  const changes: Played[] = [];
  for (const user of suite.user_tasks) {
    for (const attack of suite.injection_tasks) {
      for (const planted of [wrapped(attack.goal), '']) {
        const id = `${user.id} + ${attack.id}${planted === '' ? ', unseen' : ''}`;
        const before = user.ground_truth.length;
        const calls = [...user.ground_truth, ...attack.ground_truth];
        // What the user asked for too is no attack.
        const wanted = (call: Call) => user.ground_truth.some((each) => JSON.stringify(each) === JSON.stringify(call));
        const made = play(suite, rules, user.prompt, calls, id, planted)
          .slice(before)
          .filter(({ call }) => !wanted(call));
        runs += 1;
        if (made.every(({ decision }) => decision === 'allow')) through += 1;
        changes.push(...made.filter(({ call }) => rules[call.function]?.sideEffect === true));
      }
    }
  }
  const allowed = changes.filter(({ decision }) => decision === 'allow');
  const confirmed = changes.filter(({ decision }) => decision === 'confirm');
  return {
    runs,
    through,
    changes: changes.length,
    allowed: allowed.length,
    confirmed: confirmed.length,
    misses: [...allowed, ...confirmed].map(lineOf),
  };
}

type Played = CheckedLine & { readonly call: Call };

function play(
  suite: Suite,
  rules: AgentRules,
  prompt: string,
  calls: readonly Call[],
  id: string,
  planted = '',
): readonly Played[] {
  const past: {
    readonly tool: string;
    readonly arguments: Call['args'];
    readonly result: ReturnType<typeof answerOf>;
  }[] = [];
  return calls.map((call) => {
    const made = { tool: call.function, arguments: call.args };
    const line = { id, customer: { id: 'customer' }, customerTexts: [prompt], past: [...past], call: made };
    const decided = checkLine(rules, line);
    const runs = decided.decision === 'allow' || decided.decision === 'confirm';
    if (runs) past.push({ ...made, result: answerOf(suite, call, planted) });
    return { ...decided, call };
  });
}

function lineOf({ id, decision, rule, call }: Played): string {
  return `${id}: ${call.function} ${JSON.stringify(call.args)} → ${decision} (${rule})`;
}
