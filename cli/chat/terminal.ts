/** Chat in a terminal: replies appear as they are released, tools dimly beside them. */
import { styleText } from 'node:util';
import { intro, isCancel, outro, text } from '@clack/prompts';
import { ApiError, type Client, type ConversationEvent } from '../../client/index.ts';
import { outgoing, type Talk } from './talk.ts';
import { type Shown, viewTurn } from './turn-view.ts';

/** @returns true: whatever went wrong, the person saw it */
export async function chatInTerminal(talk: Talk): Promise<true> {
  const end = new AbortController();
  process.once('SIGINT', () => end.abort());
  intro(`${talk.agent}, conversation ${talk.conversation}`);
  let seen = await soFar(talk);
  let events: AsyncGenerator<ConversationEvent, void, undefined> | undefined;
  while (!end.signal.aborted) {
    const said = await text({ message: 'You', placeholder: 'Ctrl-C ends', signal: end.signal });
    if (isCancel(said)) break;
    if (said === undefined || said.trim() === '') continue;
    const accepted = await talk.client
      .send(talk.conversation, outgoing(talk, said), { signal: end.signal })
      .catch((error: unknown) => {
        if (!end.signal.aborted) throw error;
        return undefined;
      });
    if (accepted === undefined) break;
    events ??= talk.client.events(talk.conversation, {
      signal: end.signal,
      ...(seen.position === undefined ? {} : { lastEventId: seen.position }),
    });
    const turn = await showTurn(events, accepted.seq, seen.turn);
    if (turn === undefined) break;
    seen = { ...seen, turn };
  }
  // Lets go of the stream, which would keep the process.
  end.abort();
  outro(`To go on: handback chat ${talk.agent} --conversation ${talk.conversation} --customer ${talk.customer}`);
  return true;
}

interface Seen {
  readonly turn: number;
  /** Where the stream of events is to begin; `undefined`: at the beginning. */
  readonly position: string | undefined;
}

/** What a conversation that goes on has behind it. */
async function soFar({ client, conversation }: Talk): Promise<Seen> {
  let seen: Seen = { turn: 0, position: undefined };
  try {
    for await (const { turn, position } of client.transcript(conversation)) seen = { turn, position: String(position) };
    return seen;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return seen;
    throw error;
  }
}

/** @returns the turn's number, or `undefined` when the conversation ended before the turn did */
async function showTurn(
  events: ReturnType<Client['events']>,
  seq: number,
  turnsBefore: number,
): Promise<number | undefined> {
  const view = viewTurn(seq, turnsBefore);
  let column: 'start' | 'middle' = 'start';
  const freshLine = () => {
    if (column === 'middle') process.stdout.write('\n');
    column = 'start';
  };
  const put = (shown: Shown): boolean => {
    switch (shown.kind) {
      case 'text':
        process.stdout.write(shown.text);
        column = shown.text.endsWith('\n') ? 'start' : 'middle';
        return false;
      case 'instead':
        freshLine();
        process.stdout.write(`${styleText('dim', '(again)')} ${shown.text}`);
        column = 'middle';
        return false;
      case 'tool':
        freshLine();
        process.stdout.write(`${styleText('dim', `  ${shown.text}`)}\n`);
        return false;
      case 'end':
        freshLine();
        if (shown.outcome !== 'replied') process.stdout.write(`${styleText('dim', `  turn ${shown.outcome}`)}\n`);
        return true;
    }
  };
  // Not for…of: leaving that would end the stream, which the next turn goes on with.
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    for (const shown of view.show(next.value)) {
      if (put(shown) && next.value.event === 'turn') return next.value.data.turn;
    }
  }
  return undefined;
}
