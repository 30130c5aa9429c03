/** The platform as a calling service sees it: through the client, which retries with the same message id. */
import { ApiError, type Client, type Entry, type Turn } from '../../client/index.ts';
import type { PlayedRow } from '../../examples/airline/comparison.ts';
import type { RecordedConversation } from '../../examples/airline/recording.ts';
import type { AirlineStore } from '../../examples/airline/store.ts';
import type { Platform } from './play.ts';

export interface PlatformOptions {
  readonly client: Client;
  readonly tenant: string;
  /** What a recording's conversation is called here. */
  readonly idOf: (recording: RecordedConversation) => string;
  readonly store: AirlineStore;
  /** How long one turn may take, in milliseconds, restarts of the worker included. */
  readonly turnMs: number;
}

export function platformOver({ client, tenant, idOf, store, turnMs }: PlatformOptions): Platform {
  const ref = (recording: RecordedConversation) => ({ tenant, id: idOf(recording) });
  return {
    async say(recording, messageId, text) {
      const message = { messageId, text, agent: 'airline', customer: { id: recording.customerId } };
      return replyOf(await client.send(idOf(recording), message, { wait: turnMs }));
    },
    async transcript(recording) {
      const rows: PlayedRow[] = [];
      for await (const entry of client.transcript(idOf(recording), { include: 'all' })) rows.push(...rowsOf(entry));
      return rows;
    },
    finalState: (recording) => store.finalState(ref(recording)),
    countEffects: (recording) => store.countEffects(ref(recording)),
  };
}

/** The worker registers its agent when it starts, which may be after the API is ready. */
export async function untilAgentKnown(client: Client, probe: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await client.send(probe, { messageId: 'probe', text: 'hello', agent: 'airline', customer: { id: 'probe' } });
      return;
    } catch (error) {
      const registering = error instanceof ApiError && error.code === 'unknown_agent';
      if (!registering || Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function replyOf(turn: Turn): string {
  if (turn.outcome === 'replied') return turn.reply;
  throw new Error(`turn ${turn.turn} ended as ${turn.outcome} (${turn.failure ?? 'no failure'}): ${turn.reply}`);
}

/** Of each turn its tool results and what the customer was told at the end. */
function rowsOf(entry: Entry): readonly PlayedRow[] {
  const { turn } = entry;
  switch (entry.kind) {
    case 'tool':
      return [{ turn, step: entry.step, call: entry.call, role: 'tool', text: entry.text }];
    case 'turn':
      return [{ turn, step: Number.MAX_SAFE_INTEGER, call: 0, role: 'agent', text: entry.reply }];
    case 'step':
    case 'message':
      return [];
  }
}
