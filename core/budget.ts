/** Limits on what a turn, a conversation and a tenant's day may cost, checked before a call is made. */

/** What is not set is not limited. A limit of 0 allows none. A day is one of UTC, of all agents of the tenant. */
export interface Budget {
  /** Model calls. */
  readonly steps?: number;
  readonly toolCalls?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  /** US dollars. */
  readonly usd?: number;
  /** Time at work (model and tool calls, each counted by itself), in milliseconds. */
  readonly ms?: number;
}

export interface Budgets {
  readonly turn?: Budget;
  readonly conversation?: Budget;
  readonly tenantDay?: Budget;
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

/** What was spent so far, and what a person has raised limits to. */
export interface Account {
  readonly spent: Readonly<Record<keyof Budgets, Spent>>;
  readonly raised: Budgets;
}

/** The same after one more call, which belongs to the turn, its conversation and its day. */
export function charge({ spent, raised }: Account, spending: Spending): Account {
  const { turn, conversation, tenantDay } = spent;
  const after = { turn: add(turn, spending), conversation: add(conversation, spending) };
  return { spent: { ...after, tenantDay: add(tenantDay, spending) }, raised };
}

/** Narrowest first: the narrower limit says more about what went on. */
export const SCOPES = ['turn', 'conversation', 'tenantDay'] as const satisfies readonly (keyof Budgets)[];
export const LIMITS = ['steps', 'toolCalls', 'tokens', 'usd', 'ms'] as const satisfies readonly (keyof Budget)[];

/** Of tokens and money this part is kept for the cheaper model, where the agent has one. */
export const RESERVE = 0.2;

/**
 * The first limit that is reached, narrowest scope first. Reached is enough: the next call would go over it.
 *
 * @param before what kind of call is about to be made. Before a model call the number of tool calls does not count (the
 *   model must be able to answer with what it has), before a tool call the number of model calls does not.
 * @param share the part of tokens and money that this call may draw on, 0 to 1
 */
export function exceeded(
  budgets: Budgets,
  { spent, raised }: Account,
  before: 'model' | 'tool',
  share = 1,
): Exceeded | undefined {
  const uncounted = before === 'model' ? 'toolCalls' : 'steps';
  for (const scope of SCOPES) {
    for (const limit of LIMITS) {
      const of = limitOf(budgets, raised, scope, limit);
      if (limit === uncounted || of === undefined) continue;
      const open = limit === 'tokens' || limit === 'usd' ? of * share : of;
      if (spent[scope][limit] >= open) return { scope, limit, of };
    }
  }
  return undefined;
}

/** A limit with what a person has raised it to; what is not limited cannot be raised. */
export function limitOf(
  budgets: Budgets,
  raised: Budgets,
  scope: keyof Budgets,
  limit: keyof Budget,
): number | undefined {
  const of = budgets[scope]?.[limit];
  return of === undefined ? undefined : Math.max(of, raised[scope]?.[limit] ?? 0);
}

/** How many tool calls may be made before a limit is reached, and which one that is; `undefined`: any number. */
export function toolCallsLeft(
  budgets: Budgets,
  account: Account,
): { readonly calls: number; readonly limit: Exceeded } | undefined {
  const reached = exceeded(budgets, account, 'tool');
  if (reached !== undefined) return { calls: 0, limit: reached };
  const all = SCOPES.flatMap((scope) => {
    const of = limitOf(budgets, account.raised, scope, 'toolCalls');
    if (of === undefined) return [];
    return [{ calls: of - account.spent[scope].toolCalls, limit: { scope, limit: 'toolCalls' as const, of } }];
  });
  return all.toSorted((a, b) => a.calls - b.calls)[0];
}

const OWNER = { turn: 'turn', conversation: 'conversation', tenantDay: "tenant's day" } as const;
const UNIT = { steps: 'steps', toolCalls: 'tool calls', tokens: 'tokens', usd: 'US dollars', ms: 'ms' } as const;

/** A reached limit in words for engineers. */
export function wordsOf({ scope, limit, of }: Exceeded): string {
  return `The limit of ${of} ${UNIT[limit]} for a ${OWNER[scope]} is reached.`;
}

/** The same as a failure. */
export function failureOf(reached: Exceeded) {
  return { kind: 'budget_exceeded', message: wordsOf(reached), limit: reached } as const;
}

export function isScope(value: unknown): value is keyof Budgets {
  return SCOPES.some((scope) => scope === value);
}

export function isLimit(value: unknown): value is keyof Budget {
  return LIMITS.some((limit) => limit === value);
}
