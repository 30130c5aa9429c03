/** What an author lets an agent spend. */
import type { Budget, Budgets } from '../core/budget.ts';
import type { Wrong } from './definition-error.ts';
import { type Duration, milliseconds } from './duration.ts';

export interface BudgetSpec {
  /** Model calls. */
  readonly steps?: number;
  readonly toolCalls?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  /** US dollars. A model whose price is not known costs nothing here: give it a `price`. */
  readonly usd?: number;
  /** Time at work: model and tool calls, each counted by itself. */
  readonly time?: Duration;
}

/**
 * Checked before every call. At 80 % of `tokens` or `usd` the agent goes on with its first fallback model, where it has one;
 * at the limit itself the turn ends, as `escalated` where there are people.
 */
export interface BudgetsSpec {
  /** Beside `limits.steps` and `limits.turnMs`. */
  readonly turn?: Pick<BudgetSpec, 'toolCalls' | 'tokens' | 'usd'>;
  readonly conversation?: BudgetSpec;
  /** Of all agents of the tenant together, by days of UTC. */
  readonly tenantDay?: BudgetSpec;
}

/** @throws DefinitionError */
export function budgetsOf({ turn, conversation, tenantDay }: BudgetsSpec, wrong: Wrong): Budgets {
  return {
    ...(turn === undefined ? {} : { turn: budgetOf('turn', turn, wrong) }),
    ...(conversation === undefined ? {} : { conversation: budgetOf('conversation', conversation, wrong) }),
    ...(tenantDay === undefined ? {} : { tenantDay: budgetOf('tenantDay', tenantDay, wrong) }),
  };
}

const WHOLE = ['steps', 'toolCalls', 'tokens'] as const;

function budgetOf(scope: keyof Budgets, spec: BudgetSpec, wrong: Wrong): Budget {
  const { usd, time } = spec;
  for (const name of WHOLE) {
    const value = spec[name];
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw wrong(`has budgets.${scope}.${name} = ${value}`, 'Use a whole number of at least 0.');
  }
  if (usd !== undefined && !(Number.isFinite(usd) && usd >= 0)) {
    throw wrong(`has budgets.${scope}.usd = ${usd}`, 'Use US dollars, e.g. 0.5.');
  }
  const ms = time === undefined ? undefined : milliseconds(time);
  if (time !== undefined && (ms === undefined || ms < 1)) {
    throw wrong(`has budgets.${scope}.time = ${JSON.stringify(time)}`, 'Use e.g. "90s" or "60m".');
  }
  if (scope === 'turn' && (spec.steps !== undefined || time !== undefined)) {
    throw wrong('has budgets.turn.steps or budgets.turn.time', 'Use limits.steps and limits.turnMs.');
  }
  const { steps, toolCalls, tokens } = spec;
  const whole = Object.entries({ steps, toolCalls, tokens, usd }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(whole), ...(ms === undefined ? {} : { ms }) };
}
