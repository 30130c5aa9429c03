/** The customers of a chaos run. Where a turn brings no reply they say the same again, as people do. */
import type { Client, Entry } from '../../client/index.ts';
import { isDatabaseUnavailable } from '../../db/unavailable.ts';
import type { AirlineStore } from '../../examples/airline/store.ts';
import type { FinalState } from '../../examples/airline/world.ts';
import type { FollowingModel } from './model.ts';
import type { CastConversation } from './plan.ts';

export interface Answer {
  readonly turn: number;
  readonly seq: number;
  readonly outcome: string;
  readonly reply: string;
  readonly failure: string | null;
}

/** A message, which recorded turn it is for, and what the customer heard. */
export interface SentMessage {
  readonly text: string;
  /** Counted from 0. */
  readonly recordedTurn: number;
  readonly answer: Answer;
}

/** All that is known of a conversation after it was played. */
export interface PlayedConversation {
  readonly conversation: CastConversation;
  readonly sent: readonly SentMessage[];
  readonly entries: readonly TranscriptEntry[];
  readonly finalState: FinalState;
  /** Changes in the airline's own ledger. */
  readonly effects: number;
  readonly status: { readonly status: string; readonly turns: number; readonly waiting: number };
}

/** What is read of a transcript. */
export type TranscriptEntry =
  | Pick<Extract<Entry, { kind: 'message' }>, 'kind' | 'turn' | 'from' | 'text'>
  | Pick<Extract<Entry, { kind: 'step' }>, 'kind' | 'turn' | 'step' | 'toolCalls'>
  | Pick<Extract<Entry, { kind: 'tool' }>, 'kind' | 'turn' | 'step' | 'call' | 'tool' | 'outcome' | 'text'>
  | Pick<Extract<Entry, { kind: 'turn' }>, 'kind' | 'turn' | 'seq' | 'outcome' | 'reply'>;

export type Ended =
  | { readonly kind: 'played'; readonly played: PlayedConversation }
  | { readonly kind: 'broken'; readonly conversation: CastConversation; readonly why: string };

export interface Stage {
  readonly client: Client;
  readonly model: FollowingModel;
  readonly tenant: string;
  readonly store: AirlineStore;
  readonly idOf: (conversation: CastConversation) => string;
  /** How long one turn may take, in milliseconds. */
  readonly turnMs: number;
  readonly onAnswer?: (answer: Answer) => void;
}

/** Longer than the longest time a breaker keeps everybody away, with the pauses below. */
const MOST_TRIES = 40;
const LONGEST_PAUSE_MS = 15_000;
const POSTGRES_BACK_MS = 60_000;

export async function playAll(
  stage: Stage,
  cast: readonly CastConversation[],
  options: { readonly concurrency: number; readonly onEnded: (one: Ended) => void },
): Promise<readonly Ended[]> {
  const waiting = cast.values();
  const all: Ended[] = [];
  const player = async () => {
    for (const conversation of waiting) {
      const one = await playOrSayWhy(stage, conversation);
      all.push(one);
      options.onEnded(one);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, player));
  return all;
}

async function playOrSayWhy(stage: Stage, conversation: CastConversation): Promise<Ended> {
  try {
    return { kind: 'played', played: await play(stage, conversation) };
  } catch (error) {
    return { kind: 'broken', conversation, why: error instanceof Error ? error.message : String(error) };
  }
}

async function play(stage: Stage, conversation: CastConversation): Promise<PlayedConversation> {
  const { client, store, tenant, idOf } = stage;
  const id = idOf(conversation);
  const sent: SentMessage[] = [];
  for (const recordedTurn of conversation.recording.turns.keys()) await sayUntilAnswered(recordedTurn);
  await client.close(id, 'the recording is over');

  const { status, turns, waiting } = await client.conversation(id);
  const entries: TranscriptEntry[] = [];
  for await (const entry of client.transcript(id, { include: 'all' })) entries.push(entry);
  const ref = { tenant, id };
  const [finalState, effects] = await whenPostgresIsBack(() =>
    Promise.all([store.finalState(ref), store.countEffects(ref)]),
  );
  return { conversation, sent, entries, finalState, effects, status: { status, turns, waiting } };

  async function sayUntilAnswered(recordedTurn: number): Promise<void> {
    let step = 0;
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const turn = sent.length + 1;
      const text = conversation.recording.turns[recordedTurn]?.customer ?? '';
      stage.model.begin(conversation, turn, { turn: recordedTurn, step });
      const messageId = `m${recordedTurn + 1}.${tries}`;
      const message = { messageId, text, agent: 'airline', customer: { id: conversation.recording.customerId } };
      const answer = await client.send(id, message, { wait: stage.turnMs });
      sent.push({ text, recordedTurn, answer });
      stage.onAnswer?.(answer);
      if (answer.outcome === 'replied') return;
      step += await recordedStepsOf(stage, conversation, answer.turn);
      await pause(Math.min(LONGEST_PAUSE_MS, 1_000 * tries));
    }
    throw new Error(`message ${recordedTurn + 1} got no reply in ${MOST_TRIES} tries`);
  }
}

/** How far the recording came in a turn that has ended. */
async function recordedStepsOf(stage: Stage, conversation: CastConversation, turn: number): Promise<number> {
  const { turns } = await stage.client.trace(stage.idOf(conversation), { after: turn - 1, limit: 1 });
  const steps = (turns[0]?.steps ?? []).filter(({ toolCalls }) => toolCalls.length > 0).map(({ step }) => step);
  return stage.model.recordedAmong(conversation, turn, steps);
}

/** What is read here does not go through the API, whose client would wait. */
async function whenPostgresIsBack<R>(read: () => Promise<R>): Promise<R> {
  for (const deadline = Date.now() + POSTGRES_BACK_MS; ; ) {
    try {
      return await read();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || Date.now() > deadline) throw error;
      await pause(500);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
