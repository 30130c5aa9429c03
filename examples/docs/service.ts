/** A service that lets its customers talk to an agent: the example of docs/api.md. */
import { createClient } from '../../client/index.ts';

// #region send
export async function answer(baseUrl: string, key: string, customerId: string, text: string): Promise<string> {
  const client = createClient({ baseUrl, key });
  const conversation = `web-${customerId}`;
  const message = { text, agent: 'support', customer: { id: customerId } };
  const turn = await client.send(conversation, message, { wait: 60_000 });
  return turn.reply;
}
// #endregion send

// #region events
export async function follow(baseUrl: string, key: string, conversation: string): Promise<readonly string[]> {
  const client = createClient({ baseUrl, key });
  const lines: string[] = [];
  for await (const event of client.events(conversation)) {
    if (event.event === 'message') lines.push(`${event.data.from}: ${event.data.text}`);
    if (event.event === 'turn') lines.push(`(${event.data.outcome})`);
  }
  return lines; // the conversation is closed
}
// #endregion events

// #region read
export async function read(baseUrl: string, key: string, conversation: string): Promise<readonly string[]> {
  const client = createClient({ baseUrl, key });
  const lines: string[] = [];
  for await (const entry of client.transcript(conversation)) {
    if (entry.kind === 'message') lines.push(`${entry.from}: ${entry.text}`);
  }
  return lines;
}
// #endregion read
