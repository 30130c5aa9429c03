/** Plays the planned turns, several conversations at once, and says what became of each. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Turn } from '../../client/index.ts';
import type { Backend } from './backend.ts';
import { replyOf } from './model.ts';
import type { PlannedTurn } from './plan.ts';

export interface Stage {
  readonly client: Client;
  readonly tenant: string;
  readonly backend: Backend;
  /** Where the workers look for the crashes they are to have. */
  readonly crashes: string;
}

export interface PlayedTurn {
  readonly planned: PlannedTurn;
  /** What became of the change, once for every time it was asked for. */
  readonly outcomes: readonly string[];
  /** How often the backend made it. */
  readonly changes: number;
  /** What is not as it has to be. */
  readonly problems: readonly string[];
}

/** Many crashes in a row make the engine wait longer each time before it gives a dead worker up. */
const LONGEST_TURN_MS = 900_000;

export async function playTurns(
  stage: Stage,
  turns: readonly (readonly PlannedTurn[])[],
  onAnswered: () => void = () => undefined,
): Promise<readonly PlayedTurn[]> {
  const played = await Promise.all(turns.map((own) => playConversation(stage, own, onAnswered)));
  return played.flat();
}

async function playConversation(
  stage: Stage,
  turns: readonly PlannedTurn[],
  onAnswered: () => void,
): Promise<readonly PlayedTurn[]> {
  const answers: Turn[] = [];
  for (const planned of turns) {
    answers.push(await send(stage, planned));
    onAnswered();
  }
  const told = await readBack(stage, turns);
  return turns.map((planned, index) => {
    const outcomes = told.outcomes.get(planned.turn) ?? [];
    const changes = stage.backend.changesOf(planned.order);
    const problems = [
      ...answerProblems(planned, answers[index], told.messages.get(planned.turn) ?? []),
      ...changeProblems(planned, outcomes, changes),
    ];
    return { planned, outcomes, changes, problems };
  });
}

async function send({ client, tenant, crashes }: Stage, planned: PlannedTurn): Promise<Turn> {
  const { conversation, turn, crash, order } = planned;
  await writeFile(join(crashes, `${tenant}.${conversation}.${turn}.${crash}`), '');
  const message = { messageId: `m${turn}`, text: order, agent: 'till', customer: { id: conversation } };
  return client.send(conversation, message, { wait: LONGEST_TURN_MS });
}

/** The transcript, by turn: what was said, and how each tool call ended. */
async function readBack({ client }: Stage, [first]: readonly PlannedTurn[]) {
  const messages = new Map<number, string[]>();
  const outcomes = new Map<number, string[]>();
  const add = (map: Map<number, string[]>, turn: number, text: string) =>
    map.set(turn, [...(map.get(turn) ?? []), text]);
  if (first === undefined) return { messages, outcomes };
  for await (const entry of client.transcript(first.conversation, { include: 'all' })) {
    if (entry.kind === 'message') add(messages, entry.turn, `${entry.from}: ${entry.text}`);
    if (entry.kind === 'turn') add(messages, entry.turn, `agent: ${entry.reply}`);
    if (entry.kind === 'tool') add(outcomes, entry.turn, entry.outcome ?? 'none');
  }
  return { messages, outcomes };
}

/** Each message is there once and is answered once. */
function answerProblems(planned: PlannedTurn, answer: Turn | undefined, messages: readonly string[]): string[] {
  const right = [`customer: ${planned.order}`, `agent: ${replyOf(planned)}`];
  const problems: string[] = [];
  if (answer?.reply !== replyOf(planned)) problems.push(`was answered ${JSON.stringify(answer)}`);
  if (messages.join('\n') !== right.join('\n')) problems.push(`reads ${JSON.stringify(messages)}`);
  return problems;
}

function changeProblems({ way }: PlannedTurn, outcomes: readonly string[], changes: number): string[] {
  const asked = way === 'twice' ? 2 : 1;
  const problems: string[] = [];
  if (outcomes.length !== asked) problems.push(`has ${outcomes.length} tool results`);
  if (changes > 1) problems.push(`was made ${changes} times`);
  const [outcome] = outcomes;
  if (way === 'plain' && outcome === 'unknown') return problems;
  if (changes === 0) problems.push('was lost');
  if (outcomes.some((one) => one !== 'done')) problems.push(`ended as ${outcomes.join(', ')}`);
  return problems;
}
