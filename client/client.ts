/** The typed client of the HTTP API. Needs nothing but `fetch`. */
import type { ApprovalWire } from '../api/approval-schemas.ts';
import type { PeopleWire } from '../api/people-schemas.ts';
import type { Wire } from '../api/schemas.ts';
import { TurnNotFinished } from './errors.ts';
import { type ConversationEvent, conversationEvents, type EventsOptions } from './events.ts';
import { inPages } from './pages.ts';
import { type PeopleCalls, peopleCalls } from './people.ts';
import { type Connection, type Fetch, request, type SendOptions, sleep } from './request.ts';

export type { SendOptions } from './request.ts';

export interface ClientOptions {
  /** e.g. `http://127.0.0.1:8080` */
  readonly baseUrl: string;
  readonly key: string;
  /** Another `fetch`, e.g. through a proxy. */
  readonly fetch?: Fetch;
  /** How often a request is made again after a network error, 429, 502, 503 or 504; default 5. */
  readonly retries?: number;
  /** Another way to pause between attempts, for tests. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface OutgoingMessage {
  readonly text: string;
  /** Made up when left out; give your own where your process may die and send the message again. */
  readonly messageId?: string;
  /** On the first message: which agent. */
  readonly agent?: string;
  /** On the first message: who the customer is. */
  readonly customer?: Wire['customer'];
}

export interface EscalationFilter {
  readonly status?: PeopleWire['escalation']['status'];
  readonly reason?: PeopleWire['escalation']['reason'];
  readonly limit?: number;
}

export interface Client extends PeopleCalls {
  /** Sends a message; done when it is stored. @throws ApiError */
  send(conversationId: string, message: OutgoingMessage, options?: SendOptions): Promise<Wire['accepted']>;
  /**
   * Sends a message and waits for the outcome, up to `wait` milliseconds (`Infinity`: as long as it takes).
   * @throws ApiError, TurnNotFinished
   */
  send(
    conversationId: string,
    message: OutgoingMessage,
    options: SendOptions & { readonly wait: number },
  ): Promise<Wire['turn']>;
  conversation(id: string, options?: SendOptions): Promise<Wire['conversation']>;
  /** A page of conversations, newest first. */
  conversations(
    filter?: {
      readonly status?: 'open' | 'closed';
      readonly agent?: string;
      readonly after?: string;
      readonly limit?: number;
    },
    options?: SendOptions,
  ): Promise<Wire['conversationList']>;
  /** A page of the transcript; `include: 'all'` adds steps and tools and takes a key that may inspect. */
  messages(
    id: string,
    page?: { readonly after?: number; readonly limit?: number; readonly include?: 'all' },
    options?: SendOptions,
  ): Promise<Wire['transcript']>;
  /**
   * The whole transcript so far, oldest first, read page by page as it is asked for. `include` as for `messages`.
   * @throws ApiError
   */
  transcript(
    id: string,
    options?: SendOptions & { readonly include?: 'all' },
  ): AsyncGenerator<Wire['entry'], void, undefined>;
  /** What happened and what happens; comes back by itself when the connection breaks. */
  events(id: string, options?: EventsOptions): AsyncGenerator<ConversationEvent, void, undefined>;
  /** A page of the ledger, turn by turn. */
  trace(
    id: string,
    page?: { readonly after?: number; readonly limit?: number },
    options?: SendOptions,
  ): Promise<Wire['trace']>;
  /** The whole ledger so far, turn by turn, read page by page as it is asked for. @throws ApiError */
  turns(id: string, options?: SendOptions): AsyncGenerator<Wire['trace']['turns'][number], void, undefined>;
  close(id: string, reason?: string, options?: SendOptions): Promise<Wire['closing']>;
  /** Changes by their state, the oldest first; without `state` those in doubt. */
  effects(
    filter?: { readonly state?: Wire['effectList']['effects'][number]['state']; readonly limit?: number },
    options?: SendOptions,
  ): Promise<Wire['effectList']>;
  /** Says whether a change that is in doubt happened. @throws ApiError */
  resolveEffect(resolution: Wire['resolveInput'], options?: SendOptions): Promise<Wire['effectResolution']>;
  /** Conversations that need a person, the oldest first; without `status` the open ones. */
  escalations(filter?: EscalationFilter, options?: SendOptions): Promise<PeopleWire['escalationList']>;
  /** Somebody has seen to it. @throws ApiError */
  resolveEscalation(id: string, note: string, options?: SendOptions): Promise<PeopleWire['escalation']>;
  /** Tool calls that an operator has to decide about, the oldest first; without `status` the pending ones. */
  approvals(
    filter?: { readonly status?: ApprovalWire['approval']['status']; readonly limit?: number },
    options?: SendOptions,
  ): Promise<ApprovalWire['approvalList']>;
  /** Says yes or no to a call that waits, or changes it and says yes; the first decision counts. @throws ApiError */
  decideApproval(
    id: string,
    decision: ApprovalWire['decisionInput'],
    options?: SendOptions,
  ): Promise<ApprovalWire['approval']>;
  /** What the conversation, its turn and its tenant's day may take, and took. @throws ApiError */
  limits(id: string, options?: SendOptions): Promise<PeopleWire['limits']>;
  /** From the next call on, the higher limit counts. @throws ApiError */
  raiseLimit(id: string, raise: PeopleWire['raiseInput'], options?: SendOptions): Promise<PeopleWire['raised']>;
  /** How tools and models are doing; those that never failed and were never forced are not listed. */
  breakers(options?: SendOptions): Promise<Wire['breakerList']>;
  /**
   * Stops a tool or a model for all conversations (`open`), or has it called whatever was measured (`closed`); `null`
   * takes the word back. Workers know of it within seconds. @throws ApiError
   */
  forceBreaker(
    service: string,
    to: 'open' | 'closed' | null,
    reason: string,
    options?: SendOptions,
  ): Promise<Wire['breaker']>;
  /** Whether the API can serve requests. Never throws, asks once. */
  ready(): Promise<boolean>;
}

/** How long one request is held; proxies rarely cut a connection that soon. */
const HOLD_MS = 30_000;
/** The largest pages that the API gives. */
const TRANSCRIPT_PAGE = 1_000;
const TRACE_PAGE = 200;

/**
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8080', key });
 * const turn = await client.send('c-1', { text: 'Where is my order?', agent: 'support', customer: { id: 'u-1' } }, { wait: 60_000 });
 * console.log(turn.reply);
 */
export function createClient(options: ClientOptions): Client {
  const connection: Connection = {
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    key: options.key,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    retries: options.retries ?? 5,
    sleep: options.sleep ?? sleep,
  };

  async function get<T>(path: string, { signal, retries }: SendOptions = {}): Promise<T> {
    return bodyOf<T>(await request(connection, { method: 'GET', path, signal, retries }));
  }

  function send(id: string, message: OutgoingMessage, options?: SendOptions): Promise<Wire['accepted']>;
  function send(id: string, message: OutgoingMessage, options: SendOptions & { wait: number }): Promise<Wire['turn']>;
  async function send(
    id: string,
    message: OutgoingMessage,
    { wait, signal, retries }: SendOptions & { wait?: number } = {},
  ): Promise<Wire['accepted'] | Wire['turn']> {
    // Chosen once: every attempt is then the same message, however many reach the API.
    const body = { ...message, messageId: message.messageId ?? crypto.randomUUID() };
    const path = `${pathOf(id)}/messages`;
    if (wait === undefined) {
      return bodyOf<Wire['accepted']>(await request(connection, { method: 'POST', path, body, signal, retries }));
    }
    const until = Date.now() + wait;
    for (;;) {
      const hold = Math.round(Math.max(1, Math.min(HOLD_MS, until - Date.now())));
      const held = `${path}?wait=${hold}ms`;
      const response = await request(connection, { method: 'POST', path: held, body, signal, retries });
      if (response.status === 200) return bodyOf<Wire['turn']>(response);
      const accepted = await bodyOf<Wire['accepted']>(response);
      if (Date.now() >= until) throw new TurnNotFinished(accepted);
    }
  }

  const messages: Client['messages'] = (id, page = {}, options) => get(`${pathOf(id)}/messages${query(page)}`, options);
  const trace: Client['trace'] = (id, page = {}, options) => get(`${pathOf(id)}/trace${query(page)}`, options);

  return {
    ...peopleCalls(connection),
    send,
    conversation: (id, options) => get(pathOf(id), options),
    conversations: (filter = {}, options) => get(`/v1/conversations${query(filter)}`, options),
    messages,
    transcript: (id, { include, ...options } = {}) =>
      inPages(async (bookmark) => {
        const which = include === undefined ? {} : { include };
        const page = await messages(id, { ...which, limit: TRANSCRIPT_PAGE, ...bookmark }, options);
        return { items: page.messages, next: page.next };
      }),
    events: (id, options = {}) => conversationEvents(connection, `${pathOf(id)}/events`, options),
    trace,
    turns: (id, options) =>
      inPages(async (bookmark) => {
        const page = await trace(id, { limit: TRACE_PAGE, ...bookmark }, options);
        return { items: page.turns, next: page.next };
      }),
    async close(id, reason, { signal, retries } = {}) {
      const body = reason === undefined ? {} : { reason };
      const path = `${pathOf(id)}/close`;
      return bodyOf<Wire['closing']>(await request(connection, { method: 'POST', path, body, signal, retries }));
    },
    effects: (filter = {}, options) => get(`/v1/effects${query(filter)}`, options),
    async resolveEffect(body, { signal, retries } = {}) {
      const path = '/v1/effects/resolve';
      return bodyOf<Wire['effectResolution']>(
        await request(connection, { method: 'POST', path, body, signal, retries }),
      );
    },
    approvals: (filter = {}, options) => get(`/v1/approvals${query({ ...filter })}`, options),
    async decideApproval(id, body, { signal, retries } = {}) {
      const path = `/v1/approvals/${encodeURIComponent(id)}/decision`;
      const answer = await request(connection, { method: 'POST', path, body, signal, retries });
      return bodyOf<ApprovalWire['approval']>(answer);
    },
    escalations: (filter = {}, options) => get(`/v1/escalations${query({ ...filter })}`, options),
    async resolveEscalation(id, note, { signal, retries } = {}) {
      const path = `/v1/escalations/${encodeURIComponent(id)}/resolve`;
      const answer = await request(connection, { method: 'POST', path, body: { note }, signal, retries });
      return bodyOf<PeopleWire['escalation']>(answer);
    },
    limits: (id, options) => get(`${pathOf(id)}/limits`, options),
    async raiseLimit(id, body, { signal, retries } = {}) {
      const path = `${pathOf(id)}/limits`;
      return bodyOf<PeopleWire['raised']>(await request(connection, { method: 'POST', path, body, signal, retries }));
    },
    breakers: (options) => get('/v1/breakers', options),
    async forceBreaker(service, to, reason, { signal, retries } = {}) {
      const body: Wire['forceInput'] = { service, to, reason };
      const path = '/v1/breakers/force';
      return bodyOf<Wire['breaker']>(await request(connection, { method: 'POST', path, body, signal, retries }));
    },
    async ready() {
      const answer = await connection.fetch(`${connection.baseUrl}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.status === 200;
    },
  };
}

function pathOf(id: string): string {
  return `/v1/conversations/${encodeURIComponent(id)}`;
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

/** The API's own schemas are where these types come from; checking again would pull zod into every service. */
async function bodyOf<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}
