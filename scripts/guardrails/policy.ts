/** Figures of the permission layer: an airline's real conversations, and two suites of injections. */
import { type SuiteFigures, suiteFigures } from './policy-agentdojo.ts';
import { type AirlineFigures, airlineFigures } from './policy-airline.ts';

export interface PolicyReport {
  readonly airline: AirlineFigures;
  readonly suites: readonly SuiteFigures[];
}

/**
 * @param tauDir holds `conversations.jsonl`
 * @param agentdojoDir holds `banking.json`, `slack.json` and `attack_templates.json`
 */
export function reportPolicy(tauDir: string, agentdojoDir: string): PolicyReport {
  return {
    airline: airlineFigures(tauDir),
    suites: (['banking', 'slack'] as const).map((name) => suiteFigures(agentdojoDir, name)),
  };
}

const share = (part: number, all: number) => `${part} of ${all} (${((100 * part) / Math.max(1, all)).toFixed(1)} %)`;
const listed = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

/** The figures as lines, and what missed. */
export function printedPolicy({ airline: { wanted, unwanted }, suites }: PolicyReport): string {
  return [
    'Permissions',
    `airline, calls of the ground truth allowed or confirmed: ${share(wanted.passed, wanted.calls)}`,
    ...listed('  not passed:', wanted.misses),
    `airline, executed changes outside the ground truth stopped or sent to approval: ${share(unwanted.stopped, unwanted.calls)}`,
    ...listed('  left to the customer to confirm:', unwanted.misses),
    ...suites.flatMap(({ suite, user, attack }) => [
      `agentdojo ${suite}, user tasks' calls without approval: ${share(user.passed, user.calls)}, ${user.confirmed} of them confirmed`,
      ...listed('  not passed:', user.misses),
      `agentdojo ${suite}, injections through: ${share(attack.through, attack.runs)}; their changes allowed: ${share(attack.allowed, attack.changes)}, confirmed: ${attack.confirmed}`,
      ...listed('  let through:', [...new Set(attack.misses)]),
    ]),
  ].join('\n');
}
