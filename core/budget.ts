/** Limits on what a turn, a conversation and a tenant's day may cost, checked before a call is made. */
import type { Failure } from './failure.ts';

/** What is not set is not limited. A limit of 0 allows none. */
export interface Budget {
  /** Model calls. */
  readonly steps?: number;
  readonly toolCalls?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  /** US dollars. */
  readonly usd?: number;
  /** Time at work, in milliseconds. */
  readonly ms?: number;
}

export interface Budgets {
  readonly turn: Budget;
  readonly conversation: Budget;
  readonly tenantDay: Budget;
}

export interface Spent {
  readonly steps: number;
  readonly toolCalls: number;
  readonly tokens: number;
  readonly usd: number;
  readonly ms: number;
}

/** What one call adds. A price that is not known (`null`) counts as nothing. */
export type Spending = Partial<Omit<Spent, 'usd'>> & { readonly usd?: number | null };

export const NOTHING_SPENT: Spent = { steps: 0, toolCalls: 0, tokens: 0, usd: 0, ms: 0 };

export function add(a: Spent, b: Spending): Spent {
  return {
    steps: a.steps + (b.steps ?? 0),
    toolCalls: a.toolCalls + (b.toolCalls ?? 0),
    tokens: a.tokens + (b.tokens ?? 0),
    usd: a.usd + (b.usd ?? 0),
    ms: a.ms + (b.ms ?? 0),
  };
}

export interface Exceeded {
  readonly scope: keyof Budgets;
  readonly limit: keyof Budget;
  /** The limit, in its own unit. */
  readonly of: number;
}

/** Narrowest first: the narrower limit says more about what went on. */
const SCOPES = ['turn', 'conversation', 'tenantDay'] as const satisfies readonly (keyof Budgets)[];
const LIMITS = ['steps', 'toolCalls', 'tokens', 'usd', 'ms'] as const satisfies readonly (keyof Budget)[];

/**
 * The first limit that is reached, narrowest scope first. Reached is enough: the next call would go over it.
 *
 * @param before what kind of call is about to be made. Before a model call the number of tool calls does not count (the
 *   model must be able to answer with what it has), before a tool call the number of model calls does not. Left out, all count.
 */
export function exceeded(
  budgets: Budgets,
  spent: Readonly<Record<keyof Budgets, Spent>>,
  before?: 'model' | 'tool',
): Exceeded | undefined {
  const uncounted = before === 'model' ? 'toolCalls' : before === 'tool' ? 'steps' : undefined;
  for (const scope of SCOPES) {
    for (const limit of LIMITS) {
      const of = budgets[scope][limit];
      if (limit !== uncounted && of !== undefined && spent[scope][limit] >= of) return { scope, limit, of };
    }
  }
  return undefined;
}

const OWNER = { turn: 'turn', conversation: 'conversation', tenantDay: "tenant's day" } as const;
const UNIT = { steps: 'steps', toolCalls: 'tool calls', tokens: 'tokens', usd: 'US dollars', ms: 'ms' } as const;

/** The same as a failure, for engineers. */
export function failureOf({ scope, limit, of }: Exceeded): Failure {
  return { kind: 'budget_exceeded', message: `The limit of ${of} ${UNIT[limit]} for a ${OWNER[scope]} is reached.` };
}
