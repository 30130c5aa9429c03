/**
 * Every problem the API answers with: RFC 9457 documents whose `code` never changes its meaning. A new kind of problem
 * begins with a row here.
 */
export const PROBLEMS = {
  validation_failed: {
    status: 400,
    title: 'The request is not what this call takes.',
    fix: 'Correct the fields named in "errors"; /openapi.json describes every call.',
  },
  invalid_id: {
    status: 400,
    title: 'The conversation id has characters that are not allowed.',
    fix: 'Use 1 to 128 letters, digits and ".", "_", "~", "-", beginning with a letter or a digit.',
  },
  invalid_encoding: {
    status: 400,
    title: 'The text cannot be stored.',
    fix: 'Send UTF-8 without NUL characters (\\u0000) and without unpaired surrogates.',
  },
  message_empty: {
    status: 400,
    title: 'The message is empty.',
    fix: 'Send at least one character that is not white space in "text".',
  },
  too_many_combining_characters: {
    status: 400,
    title: 'The message stacks more combining characters than any written language does.',
    fix: 'Send at most 32 combining characters in a row.',
  },
  message_too_large: {
    status: 413,
    title: 'The message is too large.',
    fix: 'Send at most 32 KiB of text (in UTF-8) in a request of at most 256 KiB; split longer messages.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not JSON.',
    fix: 'Send JSON with the header "Content-Type: application/json".',
  },
  unauthenticated: {
    status: 401,
    title: 'The request has no valid key.',
    fix: 'Send "Authorization: Bearer <key>"; make a key with "handback keys create".',
  },
  forbidden: {
    status: 403,
    title: 'The key may not do this.',
    fix: 'Use a key that has one of the roles named in "roles".',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    fix: 'Check the id, and that the key belongs to the tenant the conversation is in.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take this method.',
    fix: 'Use a method named in the Allow header.',
  },
  agent_required: {
    status: 400,
    title: 'The first message of a conversation names its agent.',
    fix: 'Send "agent" and "customer" with the first message.',
  },
  customer_required: {
    status: 400,
    title: 'The first message of a conversation says who the customer is.',
    fix: 'Send "customer": {"id": "…"} with the first message.',
  },
  unknown_agent: {
    status: 422,
    title: 'No worker has registered this agent.',
    fix: 'Use one of the agents named in "known", or start a worker that has it.',
  },
  agent_mismatch: {
    status: 409,
    title: 'The conversation is with another agent.',
    fix: 'Leave "agent" out, or use a new conversation id.',
  },
  customer_mismatch: {
    status: 409,
    title: 'The conversation is with another customer.',
    fix: 'Use a conversation id of this customer; never share one between customers.',
  },
  message_id_reused: {
    status: 409,
    title: 'This message id was used for another text.',
    fix: 'Choose a new messageId for every message; repeat one only to send the same message again.',
  },
  conversation_closed: {
    status: 409,
    title: 'The conversation is closed.',
    fix: 'Begin a new conversation with another id.',
  },
  not_claimed: {
    status: 409,
    title: 'Nobody has claimed this escalation.',
    fix: 'Claim it first: POST /v1/escalations/{id}/claim.',
  },
  claimed_by_other: {
    status: 409,
    title: 'Somebody else has claimed this escalation.',
    fix: 'Leave it to them; a supervisor may take it with {"take": true}.',
  },
  claim_expired: {
    status: 409,
    title: 'The claim is too old.',
    fix: 'Claim it again, read what has happened since, and then go on.',
  },
  escalation_resolved: {
    status: 409,
    title: 'The escalation is over.',
    fix: 'Nothing is to be done: the conversation was given back, or somebody has seen to it.',
  },
  hand_back_duplicate: {
    status: 409,
    title: 'You have handed this back already.',
    fix: 'Nothing is to be done: the first hand-back counts.',
  },
  approval_settled: {
    status: 409,
    title: 'Somebody has decided about this call already.',
    fix: 'Nothing is to be done: the first decision counts; GET /v1/approvals?status=granted or ?status=declined shows it.',
  },
  approval_expired: {
    status: 409,
    title: 'Nobody decided about this call in time.',
    fix: 'Nothing will run of it. Where it is still wanted, the agent asks for it again when the customer does.',
  },
  already_escalated: {
    status: 409,
    title: 'A person is needed in this conversation already.',
    fix: 'Claim the open escalation: GET /v1/escalations?status=open lists it.',
  },
  effect_not_unknown: {
    status: 409,
    title: 'It is known what became of this change.',
    fix: 'Look at it with GET /v1/effects?state=done or ?state=failed.',
  },
  not_limited: {
    status: 409,
    title: 'There is no such limit.',
    fix: 'GET /v1/conversations/{id}/limits lists what the agent limits.',
  },
  limit_not_raised: {
    status: 409,
    title: 'The limit is higher already.',
    fix: 'Raise it to more than it is; GET /v1/conversations/{id}/limits says what it is.',
  },
  unknown_service: {
    status: 404,
    title: 'No tool or model has this name.',
    fix: 'Use a service that GET /v1/breakers lists, or write it as tool:<agent>/<tool>, model:<name> or model:<provider>/<name>.',
  },
  breaker_busy: {
    status: 503,
    title: 'The breaker keeps changing just now.',
    fix: 'Send the same request again.',
  },
  rate_limited: {
    status: 429,
    title: 'The requests allowed for now are used up.',
    fix: 'Wait as long as Retry-After says; a key made with a higher limit may do more.',
  },
  too_many_open_requests: {
    status: 429,
    title: 'The key holds as many requests open as it may.',
    fix: 'End streams that nobody reads, or send without "wait" and read the reply from the transcript; then try again.',
  },
  engine_unavailable: {
    status: 503,
    title: 'Temporal cannot be reached just now.',
    fix: 'With "kept": true the message is stored and will be answered: send it again with the same messageId to wait for the reply.',
  },
  database_unavailable: {
    status: 503,
    title: 'The database cannot be reached just now.',
    fix: 'Send the same request again later; a message with the same messageId is never taken twice.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    fix: 'Send the same request again; if it goes on, give the "requestId" to whoever runs the service.',
  },
} as const satisfies Record<string, { status: number; title: string; fix: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemOptions {
  /** What is wrong with this very request. Never what a customer said. */
  readonly detail?: string;
  /** Members of the document beyond the standard ones. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere while a request is handled; `failures.ts` makes the answer of it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly options: ProblemOptions;
  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title);
    this.code = code;
    this.options = options;
  }
}

/** The document as it goes over the wire. */
export function problemDocument({ code, options }: Problem): Readonly<Record<string, unknown>> {
  const { status, title, fix } = PROBLEMS[code];
  return {
    type: `urn:handback:problem:${code}`,
    title,
    status,
    code,
    ...(options.detail === undefined ? {} : { detail: options.detail }),
    fix,
    ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
    ...options.members,
  };
}
