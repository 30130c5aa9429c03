/** One conversation as `handback chat` holds it. */
import type { Client, OutgoingMessage } from '../../client/index.ts';

export interface Talk {
  readonly client: Client;
  readonly agent: string;
  /** The customer's id. */
  readonly customer: string;
  readonly conversation: string;
}

/** The agent and the customer are said each time: the API compares them with what the conversation began with. */
export function outgoing({ agent, customer }: Talk, text: string): OutgoingMessage {
  return { text, agent, customer: { id: customer } };
}
