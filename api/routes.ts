/** Every route, as /openapi.json describes it. The handlers are beside it, a file for each group. */
import { createRoute, z } from '@hono/zod-openapi';
import * as schemas from './schemas.ts';

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

export const problems = {
  default: {
    description: 'A problem document; "code" says which problem.',
    content: { 'application/problem+json': { schema: schemas.ProblemDocument } },
  },
} as const;

export const params = z.object({ id: schemas.ConversationId });
export const security = [{ key: [] }];

/** Written plainly: what `Number` makes of "", " 1", "0x10" or "1e3" is not what anybody was given by this API. */
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^(?:0|-?[1-9]\d{0,15})$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

/** The last position a transcript can have: turns are numbered in 31 bits, and each has a million positions. */
const LAST_TURN = 2 ** 31 - 1;
const LAST_POSITION = LAST_TURN * 1_000_000 + 999_999;

/** A position of the transcript as text; -1 is before the first. */
export const PositionText = whole(-1, LAST_POSITION);

const bookmark = (most: number, description: string) =>
  whole(-1, most).optional().openapi({ type: 'integer', minimum: -1, maximum: most, description });
export const limit = (most: number, usual: number) =>
  whole(1, most).default(usual).openapi({ type: 'integer', minimum: 1, maximum: most, default: usual });

/** How long a request may be held, in milliseconds. */
const MAX_WAIT_MS = 60_000;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000 } as const;

/** `30s`, `500ms`, `1m`; more than 60 s counts as 60 s. */
export const Wait = z
  .string()
  .regex(/^\d{1,6}(ms|s|m)$/, 'must be like 30s or 500ms')
  .transform((text) => {
    const unit = text.endsWith('ms') ? 'ms' : text.endsWith('s') ? 's' : 'm';
    return Math.min(MAX_WAIT_MS, Number.parseInt(text, 10) * UNIT_MS[unit]);
  });

const waitParameter = Wait.optional().openapi({
  type: 'string',
  example: '30s',
  description: 'Hold the request until the turn is over, at most 60s.',
});

export const postMessage = createRoute({
  method: 'post',
  path: '/v1/conversations/{id}/messages',
  summary: 'Send a customer message. The first one begins the conversation.',
  security,
  request: {
    params,
    query: z.object({ wait: waitParameter }),
    body: { required: true, content: { 'application/json': { schema: schemas.MessageInput } } },
  },
  responses: {
    200: json(schemas.Turn, 'The turn is over (only with "wait").'),
    202: json(schemas.Accepted, 'The message is stored and will be answered.'),
    ...problems,
  },
});

export const getMessages = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/messages',
  summary: 'The transcript: what the customer said and was told; with include=all the steps and tools too.',
  security,
  request: {
    params,
    query: z.object({
      after: bookmark(LAST_POSITION, 'Position of the last entry already known.'),
      limit: limit(1_000, 100),
      include: z.enum(['all']).optional(),
    }),
  },
  responses: { 200: json(schemas.Transcript, 'A page of the transcript, oldest first.'), ...problems },
});

export const getEvents = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/events',
  summary: 'Live events: message, turn, segment and, for keys that may inspect, step and tool. Ends with "closed".',
  security,
  request: {
    params,
    headers: z.object({
      'last-event-id': z.string().optional().openapi({ description: 'Go on after this event.' }),
    }),
  },
  responses: {
    200: {
      description: 'A stream of events; the id of an event is its position in the transcript.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    204: { description: 'The conversation is closed and nothing follows; do not ask again.' },
    ...problems,
  },
});

export const getTrace = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}/trace',
  summary: 'The ledger, turn by turn.',
  security,
  request: {
    params,
    query: z.object({
      after: bookmark(LAST_TURN - 1, 'Number of the last turn already known.'),
      limit: limit(200, 50),
    }),
  },
  responses: { 200: json(schemas.Trace, 'A page of turns, oldest first.'), ...problems },
});

export const listConversations = createRoute({
  method: 'get',
  path: '/v1/conversations',
  summary: "The tenant's conversations, newest first.",
  security,
  request: {
    query: z.object({
      status: z.enum(['open', 'closed']).optional(),
      agent: schemas.AgentId.optional(),
      after: z.string().max(1_000).optional().openapi({ description: '"next" of the page before.' }),
      limit: limit(200, 50),
    }),
  },
  responses: { 200: json(schemas.ConversationList, 'A page of conversations.'), ...problems },
});

export const getConversation = createRoute({
  method: 'get',
  path: '/v1/conversations/{id}',
  summary: 'One conversation: agent, revision, status, cost.',
  security,
  request: { params },
  responses: { 200: json(schemas.Conversation, 'The conversation.'), ...problems },
});

export const closeConversation = createRoute({
  method: 'post',
  path: '/v1/conversations/{id}/close',
  summary: 'Close the conversation: new messages are refused, those accepted before are answered.',
  security,
  request: { params, body: { required: false, content: { 'application/json': { schema: schemas.CloseInput } } } },
  responses: {
    200: json(schemas.Closing, 'It is closed: what was accepted before is still answered.'),
    ...problems,
  },
});

export const listEffects = createRoute({
  method: 'get',
  path: '/v1/effects',
  summary: 'Changes that tools made or were to make, by state, the oldest first.',
  security,
  request: {
    query: z.object({ state: schemas.EffectState.default('unknown'), limit: limit(1_000, 200) }),
  },
  responses: { 200: json(schemas.EffectList, 'The oldest of them.'), ...problems },
});

export const resolveEffect = createRoute({
  method: 'post',
  path: '/v1/effects/resolve',
  summary: 'Say whether a change that is in doubt happened. The same word again changes nothing.',
  security,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.ResolveInput } } } },
  responses: { 200: json(schemas.EffectResolution, 'It is known now, and in the audit log.'), ...problems },
});

export const listBreakers = createRoute({
  method: 'get',
  path: '/v1/breakers',
  summary: 'The breakers of tools and models, by name. A service that never failed and was never forced has none.',
  security,
  responses: { 200: json(schemas.BreakerList, 'All of them.'), ...problems },
});

export const forceBreaker = createRoute({
  method: 'post',
  path: '/v1/breakers/force',
  summary: 'Force a breaker open or closed, or take that back. The same word again changes nothing.',
  security,
  request: { body: { required: true, content: { 'application/json': { schema: schemas.ForceInput } } } },
  responses: { 200: json(schemas.Breaker, 'The breaker afterwards; workers know of it within seconds.'), ...problems },
});

export const healthz = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether the process runs.',
  responses: { 200: json(schemas.Health, 'It does.') },
});

export const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  summary: 'Whether requests can be served: database with its migrations, and Temporal.',
  responses: { 200: json(schemas.Readiness, 'They can.'), 503: json(schemas.Readiness, 'They cannot.') },
});
