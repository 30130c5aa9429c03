/** The wire format, once: what the server checks, what /openapi.json says, and what the client's types come from. */
import { z } from '@hono/zod-openapi';
import { LIMITS, SCOPES } from '../core/budget.ts';
import { ID_PATTERN, MESSAGE_ID_PATTERN, STORABLE_PATTERN } from '../core/conversation.ts';
import { TOOL_OUTCOMES } from '../core/tool-result.ts';
import { VERDICTS } from '../core/verdict.ts';

/** Not `regex`: the flags of the pattern would end up inside the pattern of /openapi.json. */
const storable = z
  .string()
  .refine((text) => STORABLE_PATTERN.test(text), 'has a NUL character or half of a surrogate pair');

export const ConversationId = z.string().regex(ID_PATTERN).openapi({ example: 'c-1042' });

export const AgentId = storable.min(1).max(200);

const Customer = z
  .strictObject({
    id: storable.min(1).max(200),
    claims: z
      .record(storable.min(1).max(100), z.union([storable.max(2_000), z.number(), z.boolean()]))
      .refine((claims) => Object.keys(claims).length <= 50, 'has more than 50 entries')
      .optional()
      .openapi({ description: 'Facts the calling service vouches for.' }),
  })
  .openapi('Customer');

export const MessageInput = z
  .strictObject({
    messageId: z
      .string()
      .regex(MESSAGE_ID_PATTERN, 'must be 1 to 200 printable ASCII characters without spaces')
      .openapi({ description: 'Chosen by the sender. The same id twice is the same message: it is taken once.' }),
    text: z.string().openapi({ description: 'What the customer said: not empty, at most 32 KiB in UTF-8.' }),
    agent: AgentId.optional().openapi({ description: 'Needed on the first message.' }),
    customer: Customer.optional().openapi({ description: 'Needed on the first message.' }),
  })
  .openapi('MessageInput');

export const Accepted = z
  .object({
    conversationId: z.string(),
    messageId: z.string(),
    seq: z.int().openapi({ description: 'The place of the message in the conversation, from 1.' }),
    duplicate: z.boolean().openapi({ description: 'The message had been accepted before.' }),
  })
  .openapi('Accepted');

/** Why somebody did something; kept in the audit log. */
export const reason = storable
  .min(1)
  .max(500)
  .refine((text) => text.trim() !== '', 'is blank');

const Outcome = z.enum(['replied', 'asked', 'refused', 'escalated', 'failed']).openapi('Outcome');
const FailureKind = z.string().openapi({ description: 'A failure kind, e.g. "timeout" or "upstream_degraded".' });
export const LimitScope = z.enum(SCOPES).openapi('LimitScope');
export const LimitName = z.enum(LIMITS).openapi('LimitName', {
  description: 'usd: US dollars; ms: milliseconds of model and tool calls, each counted by itself.',
});
const ReachedLimit = z
  .object({ scope: LimitScope, limit: LimitName, of: z.number() })
  .openapi('ReachedLimit', { description: 'Which limit was reached.' });
export const Failure = z
  .object({
    kind: FailureKind,
    message: z.string(),
    retryAfterMs: z.number().optional(),
    status: z.int().optional(),
    limit: ReachedLimit.optional(),
  })
  .openapi('Failure');
export const Time = z.iso.datetime();
const Position = z
  .int()
  .openapi({ description: 'Grows through the conversation; the bookmark for "after" and Last-Event-ID.' });

export const Turn = z
  .object({
    conversationId: z.string(),
    messageId: z.string(),
    seq: z.int(),
    turn: z.int(),
    outcome: Outcome,
    reply: z.string(),
    confidence: z.number(),
    failure: FailureKind.nullable(),
    escalationId: z.string().optional().openapi({ description: 'Where the outcome is "escalated".' }),
  })
  .openapi('Turn');

const Message = z
  .object({
    kind: z.literal('message'),
    position: Position,
    turn: z.int(),
    at: Time,
    from: z.enum(['customer', 'agent', 'operator']),
    text: z.string(),
  })
  .openapi('Message');

const Verdict = z
  .object({
    guardrail: z.string(),
    verdict: z.enum(VERDICTS),
    reason: z.string().optional(),
    stage: z.string().optional(),
    score: z.number().optional(),
  })
  .openapi('Verdict');
const Ledger = {
  ms: z.int().nullable().openapi({ description: 'How long the call took.' }),
  attempts: z.int(),
  failure: Failure.nullable(),
  verdicts: z
    .array(Verdict)
    .readonly()
    .nullable()
    .openapi({ description: 'What guardrails found; null: none looked.' }),
};
const ToolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() }).openapi('ToolCall');
const StepFields = {
  step: z.int(),
  at: Time,
  text: z.string(),
  toolCalls: z.array(ToolCall),
  model: z.string().nullable(),
  finishReason: z.string().nullable(),
  usage: z.unknown().openapi({ description: 'As the provider reported it.' }),
  costUsd: z.number().nullable(),
  ...Ledger,
};
const ToolFields = {
  call: z.int(),
  at: Time,
  tool: z.string().nullable(),
  toolCallId: z.string().nullable(),
  outcome: z.enum(TOOL_OUTCOMES).nullable(),
  confidence: z.number().nullable(),
  text: z.string(),
  ...Ledger,
};
const EndFields = {
  seq: z.int(),
  at: Time,
  outcome: Outcome,
  reply: z.string(),
  confidence: z.number(),
};

const Step = z.object({ kind: z.literal('step'), position: Position, turn: z.int(), ...StepFields }).openapi('Step');
const Tool = z
  .object({ kind: z.literal('tool'), position: Position, turn: z.int(), step: z.int(), ...ToolFields })
  .openapi('Tool');
const TurnEnd = z
  .object({ kind: z.literal('turn'), position: Position, turn: z.int(), ...EndFields, failure: FailureKind.nullable() })
  .openapi('TurnEnd');

/** One entry of a transcript. Without `include=all` only `message` occurs. */
const Entry = z.discriminatedUnion('kind', [Message, Step, Tool, TurnEnd]).openapi('Entry');

export const Transcript = z
  .object({
    conversationId: z.string(),
    messages: z.array(Entry),
    next: z.int().nullable().openapi({ description: 'Pass as "after" for what follows; null: nothing does so far.' }),
  })
  .openapi('Transcript');

const Segment = z
  .object({ turn: z.int(), step: z.int(), attempt: z.int(), n: z.int(), text: z.string() })
  .openapi('Segment');

const summaryFields = {
  id: z.string(),
  agent: z.string(),
  revision: z.string().nullable(),
  status: z.enum(['open', 'closed']),
  customer: Customer,
  createdAt: Time,
  closedAt: Time.nullable(),
  closeReason: z.string().nullable(),
  turns: z.int().openapi({ description: 'Finished turns.' }),
  waiting: z.int().openapi({ description: 'Messages accepted and not answered yet.' }),
};
const ConversationSummary = z.object(summaryFields).openapi('ConversationSummary');
export const Conversation = z
  .object({
    ...summaryFields,
    tenant: z.string().openapi({ description: 'The tenant of the key.' }),
    costUsd: z.number(),
  })
  .openapi('Conversation');
export const ConversationList = z
  .object({
    conversations: z.array(ConversationSummary),
    next: z.string().nullable().openapi({ description: 'Pass as "after" for the next page.' }),
  })
  .openapi('ConversationList');

export const CloseInput = z.strictObject({ reason: storable.max(500).optional() }).openapi('CloseInput');
export const Closing = z.object({ conversationId: z.string(), status: z.literal('closed') }).openapi('Closing');

const TracedTurn = z
  .object({
    turn: z.int(),
    message: z.object({ text: z.string(), at: Time }).nullable(),
    steps: z.array(z.object({ ...StepFields, tools: z.array(z.object(ToolFields)) })),
    pending: z
      .array(
        z.object({
          step: z.int(),
          call: z.int(),
          attempts: z.int(),
          leaseUntil: Time,
          lastFailure: Failure.nullable(),
        }),
      )
      .openapi({ description: 'Calls without a result so far; call 0 is the model call.' }),
    costUsd: z.number(),
    ms: z.int().nullable(),
    end: z.object({ ...EndFields, failure: Failure.nullable() }).nullable(),
  })
  .openapi('TracedTurn');

export const Trace = z
  .object({
    conversationId: z.string(),
    agent: z.string(),
    revision: z.string().nullable(),
    costUsd: z.number().openapi({ description: 'Of the whole conversation.' }),
    turns: z.array(TracedTurn),
    next: z.int().nullable().openapi({ description: 'Pass as "after" for the turns that follow.' }),
  })
  .openapi('Trace');

export const EffectState = z.enum(['started', 'done', 'failed', 'unknown']);
const Effect = z
  .object({
    key: z.string().openapi({ description: 'The idempotency key under which the tool made the change.' }),
    conversationId: z.string(),
    turn: z.int(),
    tool: z.string(),
    state: EffectState.openapi({ description: 'unknown: it may or may not have happened, and a person has to look.' }),
    attempts: z.int(),
    startedAt: Time,
    finishedAt: Time.nullable(),
    resolution: z
      .object({ actor: z.string(), reason: z.string() })
      .nullable()
      .openapi({ description: 'Who found out what became of it; null: nobody had to.' }),
  })
  .openapi('Effect');
export const EffectList = z.object({ effects: z.array(Effect) }).openapi('EffectList');

export const ResolveInput = z
  .strictObject({
    key: storable.min(1).max(500),
    happened: z.boolean(),
    reason: reason.openapi({ description: 'How you know; kept in the audit log.' }),
  })
  .openapi('ResolveInput');
export const EffectResolution = z
  .object({ key: z.string(), state: z.enum(['done', 'failed']) })
  .openapi('EffectResolution');

const breakerFields = {
  service: z.string().openapi({
    description: 'tool:<agent>/<tool>, model:<name> or model:<provider>/<name>.',
    example: 'tool:support/lookup_order',
  }),
  forced: z
    .object({ to: z.enum(['open', 'closed']), reason: z.string(), by: z.string() })
    .nullable()
    .openapi({ description: "A person's word, which wins over the state; null: there is none." }),
  changedAt: Time,
};
const trips = z.int().openapi({ description: 'Openings since it was last closed.' });
const ClosedBreaker = z
  .object({
    ...breakerFields,
    state: z.literal('closed'),
    failures: z.int().openapi({ description: 'In a row, so far.' }),
  })
  .openapi('ClosedBreaker');
const OpenBreaker = z
  .object({
    ...breakerFields,
    state: z.literal('open'),
    until: Time.openapi({ description: 'No call before; the first one afterwards tries the service for all.' }),
    trips,
  })
  .openapi('OpenBreaker');
const HalfOpenBreaker = z
  .object({
    ...breakerFields,
    state: z.literal('half_open'),
    until: Time.openapi({ description: 'How long the call that tries the service is waited for.' }),
    trips,
  })
  .openapi('HalfOpenBreaker');

/** What was measured, and what a person said. */
export const Breaker = z.discriminatedUnion('state', [ClosedBreaker, OpenBreaker, HalfOpenBreaker]).openapi('Breaker');
export const BreakerList = z.object({ breakers: z.array(Breaker) }).openapi('BreakerList');

export const ForceInput = z
  .strictObject({
    service: storable.min(1).max(500),
    to: z.enum(['open', 'closed']).nullable().openapi({ description: 'null takes the word back.' }),
    reason: reason.openapi({ description: 'Why; everybody who may see breakers reads it.' }),
  })
  .openapi('ForceInput');

export const ProblemDocument = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'Stable; decide by this.' }),
    detail: z.string().optional(),
    fix: z.string(),
    retryAfterSeconds: z.number().optional(),
  })
  .openapi('Problem');

export const Health = z.object({ status: z.literal('ok') }).openapi('Health');
export const Readiness = z
  .object({
    ready: z.boolean(),
    checks: z.object({
      database: z.enum(['ok', 'unreachable', 'migrations_missing']),
      temporal: z.enum(['ok', 'unreachable']),
    }),
  })
  .openapi('Readiness');

/** What the client calls these. */
export interface Wire {
  readonly customer: z.infer<typeof Customer>;
  readonly messageInput: z.infer<typeof MessageInput>;
  readonly accepted: z.infer<typeof Accepted>;
  readonly turn: z.infer<typeof Turn>;
  readonly entry: z.infer<typeof Entry>;
  readonly message: z.infer<typeof Message>;
  readonly turnEnd: z.infer<typeof TurnEnd>;
  readonly step: z.infer<typeof Step>;
  readonly tool: z.infer<typeof Tool>;
  readonly segment: z.infer<typeof Segment>;
  readonly transcript: z.infer<typeof Transcript>;
  readonly conversationSummary: z.infer<typeof ConversationSummary>;
  readonly conversation: z.infer<typeof Conversation>;
  readonly conversationList: z.infer<typeof ConversationList>;
  readonly closing: z.infer<typeof Closing>;
  readonly trace: z.infer<typeof Trace>;
  readonly effectList: z.infer<typeof EffectList>;
  readonly resolveInput: z.infer<typeof ResolveInput>;
  readonly effectResolution: z.infer<typeof EffectResolution>;
  readonly breaker: z.infer<typeof Breaker>;
  readonly breakerList: z.infer<typeof BreakerList>;
  readonly forceInput: z.infer<typeof ForceInput>;
  readonly problem: z.infer<typeof ProblemDocument>;
  readonly readiness: z.infer<typeof Readiness>;
}
