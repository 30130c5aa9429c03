/** What operators do with conversations, as calls of the API. */
import type { PeopleWire } from '../api/people-schemas.ts';
import type { Wire } from '../api/schemas.ts';
import { type Connection, request, type SendOptions } from './request.ts';

export interface PeopleCalls {
  /** A person owns the conversation from now on. @throws ApiError */
  escalate(
    conversationId: string,
    escalation: PeopleWire['escalateInput'],
    options?: SendOptions,
  ): Promise<PeopleWire['escalation']>;
  /** Takes an escalation; `take`: from whoever has it. @throws ApiError */
  claim(id: string, how?: { readonly take?: boolean }, options?: SendOptions): Promise<PeopleWire['escalation']>;
  /** @throws ApiError */
  release(id: string, options?: SendOptions): Promise<PeopleWire['escalation']>;
  /** Writes to the customer; the same `messageId` is sent once. @throws ApiError */
  say(
    id: string,
    message: { readonly text: string; readonly messageId?: string },
    options?: SendOptions,
  ): Promise<Wire['accepted']>;
  /** Gives the conversation back to the agent. @throws ApiError */
  handBack(id: string, document: PeopleWire['handBackInput'], options?: SendOptions): Promise<PeopleWire['escalation']>;
}

export function peopleCalls(connection: Connection): PeopleCalls {
  async function post<T>(path: string, body: object, { signal, retries }: SendOptions = {}): Promise<T> {
    const response = await request(connection, { method: 'POST', path, body, signal, retries });
    // The API's own schemas are where these types come from.
    return (await response.json()) as T;
  }
  const pathOf = (id: string, verb: string) => `/v1/escalations/${encodeURIComponent(id)}/${verb}`;
  return {
    escalate: (conversationId, escalation, options) =>
      post(`/v1/conversations/${encodeURIComponent(conversationId)}/escalate`, escalation, options),
    claim: (id, { take } = {}, options) => post(pathOf(id, 'claim'), take === undefined ? {} : { take }, options),
    release: (id, options) => post(pathOf(id, 'release'), {}, options),
    say: (id, { text, messageId = crypto.randomUUID() }, options) =>
      post(pathOf(id, 'messages'), { messageId, text }, options),
    handBack: (id, document, options) => post(pathOf(id, 'hand-back'), document, options),
  };
}
