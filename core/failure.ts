/**
 * The failure taxonomy: everything that can go wrong with a model call or a tool call, as data.
 *
 * A failure is typed once, at the edge (`activities/failure.ts`), and decided once, in the core. Temporal does every retry:
 * `attempts` is how many real attempts a kind deserves before what is left reaches the recovery table.
 */
import type { Exceeded } from './budget.ts';

/**
 * What may be done about a call that has failed for good. Each is taken only where the manifest offers it and the call allows
 * it; `core/recovery.ts` decides.
 */
export type Rung =
  | 'retry_later'
  | 'shrink_context'
  | 'feed_back'
  | 'fallback_model'
  | 'cached_result'
  | 'alternative_tool'
  | 'ask_customer'
  | 'escalate';

interface KindSpec {
  /** Real attempts before giving up; 1 = not retryable, Infinity = until it works (nothing can be said without it). */
  readonly attempts: number;
  /** Wait before the second attempt, in milliseconds; doubled for each further one. 0 = at once. */
  readonly firstWaitMs: number;
  /**
   * What it says about the health of the service that was called: it is `failing` (counts for its breaker), it `answers`
   * (this call did not work, others would), or the call never came that far.
   */
  readonly service: 'failing' | 'answers' | 'unknown';
  /** What may be done once the attempts are spent, the best first. Where nothing is left, the call is over. */
  readonly recovery: readonly Rung[];
  /** Somebody has to act before this gets better: an operator is paged. */
  readonly pages: boolean;
  /** What the customer hears when the turn ends with this. */
  readonly customerHears: string;
}

const SORRY_RETRY = 'Sorry, I could not finish that just now. Please send your message again in a few minutes.';
const SORRY_OURS = 'Sorry, something on our side is not working. Our team has been told. Please try again later.';
const AT_LIMIT = 'Sorry, I have reached a limit that is set for me here and cannot go on with this by myself.';
const CANNOT_HELP = 'I am sorry, I cannot help with that.';

/** Ways that do not call the same service again. The first is for model calls, the next three are for tool calls. */
export const ANOTHER_WAY = [
  'fallback_model',
  'cached_result',
  'alternative_tool',
  'ask_customer',
  'escalate',
] as const satisfies readonly Rung[];

/** One row per failure kind. */
export const FAILURES = {
  /** The connection was refused, reset or cut, including a stream that ended before its end. */
  network: {
    attempts: 5,
    firstWaitMs: 200,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'failing',
    recovery: ANOTHER_WAY,
  },
  /** No answer within the time allowed. */
  timeout: {
    attempts: 3,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'failing',
    recovery: ANOTHER_WAY,
  },
  /** The service asked us to slow down; `retryAfterMs` says for how long. */
  rate_limit: {
    attempts: 6,
    firstWaitMs: 1_000,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'failing',
    recovery: ['retry_later', ...ANOTHER_WAY],
  },
  /** The account has no money or quota left. */
  quota: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    service: 'failing',
    recovery: ANOTHER_WAY,
  },
  /** The key is missing, wrong or not allowed to do this. */
  authentication: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    service: 'failing',
    recovery: ANOTHER_WAY,
  },
  /** A name, address or setting of ours is wrong (unknown model, vanished tool). */
  configuration: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    // It fails at once for everybody, and no waiting mends it: the breaker has nothing to spare anyone.
    service: 'unknown',
    recovery: ANOTHER_WAY,
  },
  /** What we sent was rejected as malformed: a bug of ours. */
  invalid_request: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    service: 'answers',
    recovery: ANOTHER_WAY,
  },
  /** The model asked for something that does not parse: broken JSON, wrong arguments, an unknown tool. */
  invalid_model_output: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'unknown',
    recovery: ['feed_back', 'fallback_model', 'escalate'],
  },
  /** A tool returned something its own output schema rejects. */
  invalid_tool_output: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    service: 'answers',
    recovery: ANOTHER_WAY,
  },
  /** The model refused. */
  refusal: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: CANNOT_HELP,
    service: 'answers',
    // An answer. Asking other models until one complies is what a refusal must not lead to.
    recovery: ['escalate'],
  },
  /** The provider's content filter stopped the request or the reply. */
  content_filter: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: CANNOT_HELP,
    service: 'answers',
    recovery: ['escalate'],
  },
  /** One of our own guardrails stopped a message or a reply. */
  guardrail: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: CANNOT_HELP,
    // The service did its part; asking it again would only bring the same or worse.
    service: 'answers',
    recovery: ['escalate'],
  },
  /** The prompt does not fit into the model's context window. */
  context_overflow: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'answers',
    recovery: ['shrink_context', 'fallback_model', 'escalate'],
  },
  /** The reply hit the output token limit. */
  output_cut_off: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'answers',
    // On many servers prompt and reply share one window, so a shorter prompt leaves room; the same prompt would end the same.
    recovery: ['shrink_context', 'fallback_model', 'escalate'],
  },
  /** The service answered, but with an error or with nonsense. */
  upstream_degraded: {
    attempts: 4,
    firstWaitMs: 250,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'failing',
    recovery: ANOTHER_WAY,
  },
  /** The service has been failing for everyone: its breaker is open. */
  upstream_down: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_RETRY,
    // No call was made. Counting it would keep the breaker open by itself.
    service: 'unknown',
    recovery: ANOTHER_WAY,
  },
  /** The tool says no for a reason of the business: not found, not allowed by policy, out of stock. */
  tool_rejected: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'answers',
    recovery: [],
  },
  /** The tool threw something that is none of the other kinds. */
  tool_error: {
    attempts: 3,
    firstWaitMs: 250,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'failing',
    recovery: ANOTHER_WAY,
  },
  /** A call that changes something may or may not have happened. Never run again blindly. */
  effect_unknown: {
    attempts: 1,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    // Nothing was called: an earlier attempt is in doubt.
    service: 'unknown',
    recovery: ['escalate'],
  },
  /** The call is not permitted. */
  permission_denied: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: CANNOT_HELP,
    service: 'unknown',
    recovery: [],
  },
  /** A limit of the turn, conversation, tenant or day was reached. */
  budget_exceeded: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'unknown',
    // The other model is the cheaper one; once is enough to know whether that helps.
    recovery: ['fallback_model', 'escalate'],
  },
  /** The call was cancelled from outside. */
  cancelled: {
    attempts: 1,
    firstWaitMs: 0,
    pages: false,
    customerHears: SORRY_RETRY,
    service: 'unknown',
    recovery: [],
  },
  /** Our own database cannot be reached. */
  database: {
    attempts: Number.POSITIVE_INFINITY,
    firstWaitMs: 0,
    pages: true,
    customerHears: SORRY_OURS,
    service: 'unknown',
    recovery: ['escalate'],
  },
  /** A bug of ours. */
  internal: {
    attempts: 3,
    firstWaitMs: 250,
    pages: true,
    customerHears: SORRY_OURS,
    service: 'unknown',
    recovery: ['escalate'],
  },
} as const satisfies Record<string, KindSpec>;

export type FailureKind = keyof typeof FAILURES;

/** A typed failure: a value, JSON, small. `message` is for engineers and never contains what a customer said. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  /** What the service said about when to come back, in milliseconds. */
  readonly retryAfterMs?: number;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** Which limit was reached, where one was. */
  readonly limit?: Exceeded;
  /** No further attempt, whatever the kind allows: it would come too late. */
  readonly final?: true;
}

/** What the customer hears when a turn ends with this failure. */
export function sentenceFor({ kind, limit }: Failure): string {
  // The next message has a turn of its own; a limit of the conversation or the day is still reached then.
  return limit === undefined || limit.scope === 'turn' ? FAILURES[kind].customerHears : AT_LIMIT;
}

export function isFailureKind(name: string): name is FailureKind {
  return Object.hasOwn(FAILURES, name);
}

/** Whether another attempt is worth it after `attempts` real attempts failed with this kind. */
export function mayRetry(kind: FailureKind, attempts: number): boolean {
  return attempts < FAILURES[kind].attempts;
}

/** No attempt may follow the `attempts` that were made. */
export function isSpent(failure: Failure, attempts: number): boolean {
  return failure.final === true || !mayRetry(failure.kind, attempts);
}

/** How a typed failure travels as an exception inside one process. Leaves an activity as an `ApplicationFailure`. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;
  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(`${failure.kind}: ${failure.message}`, options);
    this.failure = failure;
  }
}
