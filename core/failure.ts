/**
 * The failure taxonomy: everything that can go wrong with a model call or a tool call, as data.
 *
 * A failure is typed once, at the edge (`activities/failure.ts`), and decided once, in the core. Temporal does every retry:
 * `attempts` is how many real attempts a kind deserves before what is left reaches the recovery table.
 */

interface KindSpec {
  /** Real attempts before giving up; 1 = not retryable, Infinity = until it works (nothing can be said without it). */
  readonly attempts: number;
  /** Somebody has to act before this gets better: an operator is paged. */
  readonly pages: boolean;
  /** What the customer hears when the turn ends with this. */
  readonly customerHears: string;
}

const SORRY_RETRY = 'Sorry, I could not finish that just now. Please send your message again in a few minutes.';
const SORRY_OURS = 'Sorry, something on our side is not working. Our team has been told. Please try again later.';
const CANNOT_HELP = 'I am sorry, I cannot help with that.';

/** One row per failure kind. */
export const FAILURES = {
  /** The connection was refused, reset or cut, including a stream that ended before its end. */
  network: { attempts: 5, pages: false, customerHears: SORRY_RETRY },
  /** No answer within the time allowed. */
  timeout: { attempts: 3, pages: false, customerHears: SORRY_RETRY },
  /** The service asked us to slow down; `retryAfterMs` says for how long. */
  rate_limit: { attempts: 6, pages: false, customerHears: SORRY_RETRY },
  /** The account has no money or quota left. */
  quota: { attempts: 1, pages: true, customerHears: SORRY_OURS },
  /** The key is missing, wrong or not allowed to do this. */
  authentication: { attempts: 1, pages: true, customerHears: SORRY_OURS },
  /** A name, address or setting of ours is wrong (unknown model, vanished tool). */
  configuration: { attempts: 1, pages: true, customerHears: SORRY_OURS },
  /** What we sent was rejected as malformed: a bug of ours. */
  invalid_request: { attempts: 1, pages: true, customerHears: SORRY_OURS },
  /** The model asked for something that does not parse: broken JSON, wrong arguments, an unknown tool. */
  invalid_model_output: { attempts: 1, pages: false, customerHears: SORRY_RETRY },
  /** A tool returned something its own output schema rejects. */
  invalid_tool_output: { attempts: 1, pages: true, customerHears: SORRY_OURS },
  /** The model refused. */
  refusal: { attempts: 1, pages: false, customerHears: CANNOT_HELP },
  /** The provider's content filter stopped the request or the reply. */
  content_filter: { attempts: 1, pages: false, customerHears: CANNOT_HELP },
  /** The prompt does not fit into the model's context window. */
  context_overflow: { attempts: 1, pages: false, customerHears: SORRY_RETRY },
  /** The reply hit the output token limit. */
  output_cut_off: { attempts: 1, pages: false, customerHears: SORRY_RETRY },
  /** The service answered, but with an error or with nonsense. */
  upstream_degraded: { attempts: 4, pages: false, customerHears: SORRY_RETRY },
  /** The service has been failing for everyone: its breaker is open. */
  upstream_down: { attempts: 1, pages: true, customerHears: SORRY_RETRY },
  /** The tool says no for a reason of the business: not found, not allowed by policy, out of stock. */
  tool_rejected: { attempts: 1, pages: false, customerHears: SORRY_RETRY },
  /** The tool threw something that is none of the other kinds. */
  tool_error: { attempts: 3, pages: false, customerHears: SORRY_RETRY },
  /** A call that changes something may or may not have happened. Never run again blindly. */
  effect_unknown: { attempts: 1, pages: true, customerHears: SORRY_OURS },
  /** The call is not permitted. */
  permission_denied: { attempts: 1, pages: false, customerHears: CANNOT_HELP },
  /** A limit of the turn, conversation, tenant or day was reached. */
  budget_exceeded: { attempts: 1, pages: false, customerHears: SORRY_RETRY },
  /** The call was cancelled from outside. */
  cancelled: { attempts: 1, pages: false, customerHears: SORRY_RETRY },
  /** Our own database cannot be reached. */
  database: { attempts: Number.POSITIVE_INFINITY, pages: true, customerHears: SORRY_OURS },
  /** A bug of ours. */
  internal: { attempts: 3, pages: true, customerHears: SORRY_OURS },
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
}

export function isFailureKind(name: string): name is FailureKind {
  return Object.hasOwn(FAILURES, name);
}

/** Whether another attempt is worth it after `attempts` real attempts failed with this kind. */
export function mayRetry(kind: FailureKind, attempts: number): boolean {
  return attempts < FAILURES[kind].attempts;
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
