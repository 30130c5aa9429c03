/** Whether a conversation came through chaos as it should: nothing lost, nothing twice, everything in order. */
import { isDeepStrictEqual } from 'node:util';
import { changesSomething } from '../../examples/airline/catalogue.ts';
import { valueOf } from '../../examples/airline/comparison.ts';
import { callsOf, type RecordedCall, replyOfTurn } from '../../examples/airline/recording.ts';
import { playCalls } from '../../examples/airline/replay.ts';
import type { BaseData } from '../../examples/airline/world.ts';
import type { PlayedConversation, TranscriptEntry } from './play.ts';

export interface Verdict {
  readonly name: string;
  /** Sentences; none where all is well. */
  readonly problems: readonly string[];
  /**
   * What the final state was compared with: the recording, or, where a recorded change did not come about (the tool was down,
   * say, and the customer was told so), the changes that the transcript tells of.
   */
  readonly comparedWith: 'recording' | 'transcript';
  readonly sameState: boolean;
  /** Recorded calls that did not come about, as `<tool>: <outcome>`. */
  readonly lostCalls: readonly string[];
  readonly effectsDoubled: number;
}

/** A call that the model asked for, and how it ended. */
interface AskedCall {
  readonly turn: number;
  readonly name: string;
  readonly arguments: string;
  readonly outcome: string;
  readonly result: string;
}

/** More of them in one conversation are not tried out. */
const MOST_UNKNOWN = 8;

export function judge(played: PlayedConversation, base: BaseData): Verdict {
  const recorded = callsOf(played.conversation.recording);
  // What a fault made the model ask for, the airline does not have.
  const known = new Set(recorded.map(({ name }) => name));
  const asked = askedCalls(played.entries).filter(({ name }) => known.has(name));
  const lost = asked.filter(({ outcome }) => !cameAbout(outcome));
  const changeLost = lost.some(({ name }) => changesSomething(name));
  const { doubled, problems: effectProblems } = judgeEffects(played.effects, asked);
  const states = changeLost ? statesTold(asked, base) : [stateAfterCalls(recorded, base)];
  const sameState = states.some((state) => isDeepStrictEqual(state, played.finalState));
  const problems = [
    ...judgeAnswers(played),
    ...judgeCalls(recorded, asked, changeLost),
    ...effectProblems,
    ...(sameState ? [] : ['the final state differs']),
  ];
  return {
    name: played.conversation.name,
    problems,
    comparedWith: changeLost ? 'transcript' : 'recording',
    sameState,
    lostCalls: lost.map(({ name, outcome }) => `${name}: ${outcome}`),
    effectsDoubled: doubled,
  };
}

/** Every message is one turn, in the order in which they were sent, ended once, as its customer heard. */
function judgeAnswers({ conversation, sent, entries, status }: PlayedConversation): string[] {
  const problems: string[] = [];
  const messages = entries.filter((entry) => entry.kind === 'message');
  const ends = entries.filter((entry) => entry.kind === 'turn');
  if (messages.length !== sent.length) problems.push(`${sent.length} messages were sent, ${messages.length} are there`);
  if (ends.length !== sent.length) problems.push(`${sent.length} messages were sent, ${ends.length} turns have ended`);
  for (const [index, { text, recordedTurn, answer }] of sent.entries()) {
    const turn = index + 1;
    const own = ends.filter((end) => end.turn === turn);
    const [end] = own;
    if (messages.filter((message) => message.turn === turn && message.text === text).length !== 1) {
      problems.push(`message ${turn} is not exactly once in turn ${turn}`);
    }
    if (own.length !== 1 || end === undefined) problems.push(`turn ${turn} ended ${own.length} times`);
    else if (end.seq !== turn) problems.push(`turn ${turn} answered message ${end.seq}`);
    else if (end.reply !== answer.reply || end.outcome !== answer.outcome) {
      problems.push(`the customer heard another answer to message ${turn} than the transcript holds`);
    }
    if (answer.turn !== turn || answer.seq !== turn) {
      problems.push(`message ${turn} was answered as message ${answer.seq} in turn ${answer.turn}`);
    }
    const recorded = conversation.recording.turns[recordedTurn];
    const right = recorded === undefined ? undefined : replyOfTurn(recorded);
    if (answer.outcome === 'replied' && right !== undefined && answer.reply !== right) {
      problems.push(`message ${turn} got another reply than the recorded one`);
    }
  }
  if (status.status !== 'closed') problems.push(`it is ${status.status}`);
  if (status.turns !== sent.length || status.waiting !== 0) {
    problems.push(`it says ${status.turns} turns and ${status.waiting} waiting after ${sent.length} messages`);
  }
  return problems;
}

/** The calls are the recorded ones, in their order; where the world is as recorded, so are the results. */
function judgeCalls(recorded: readonly RecordedCall[], asked: readonly AskedCall[], changeLost: boolean): string[] {
  const problems: string[] = [];
  if (asked.length !== recorded.length)
    problems.push(`${recorded.length} calls are recorded, ${asked.length} were asked`);
  for (const [index, call] of asked.entries()) {
    const original = recorded[index];
    if (original === undefined) break;
    if (call.name !== original.name || !sameText(call.arguments, original.arguments)) {
      problems.push(`call ${index + 1} is ${call.name} in turn ${call.turn}, recorded is ${original.name}`);
      break;
    }
    if (!changeLost && cameAbout(call.outcome) && !sameText(call.result, original.result)) {
      problems.push(`${call.name} in turn ${call.turn} gave another result than the recorded one`);
    }
  }
  return problems;
}

/** The airline's own ledger has one row for every change that the transcript tells of; none for what it says failed. */
function judgeEffects(effects: number, asked: readonly AskedCall[]) {
  const changes = asked.filter(({ name }) => changesSomething(name));
  const made = changes.filter(({ outcome }) => cameAbout(outcome)).length;
  const unknown = changes.filter(({ outcome }) => outcome === 'unknown').length;
  const problems: string[] = [];
  const [least, most] = [made, made + unknown];
  if (effects < least)
    problems.push(`${least} changes were made as the transcript tells, the airline knows ${effects}`);
  if (effects > most) problems.push(`${most} changes at most can have been made, the airline knows ${effects}`);
  return { doubled: Math.max(0, effects - most), problems };
}

function cameAbout(outcome: string): boolean {
  return outcome === 'done' || outcome === 'rejected';
}

/** In the order of the model's requests; a request without a result is `missing`. */
function askedCalls(entries: readonly TranscriptEntry[]): readonly AskedCall[] {
  const results = new Map<string, Extract<TranscriptEntry, { kind: 'tool' }>>();
  for (const entry of entries)
    if (entry.kind === 'tool') results.set(`${entry.turn}/${entry.step}/${entry.call}`, entry);
  return entries
    .filter((entry) => entry.kind === 'step')
    .toSorted((a, b) => a.turn - b.turn || a.step - b.step)
    .flatMap(({ turn, step, toolCalls }) =>
      toolCalls.map(({ name, arguments: args }, index) => {
        const result = results.get(`${turn}/${step}/${index + 1}`);
        return { turn, name, arguments: args, outcome: result?.outcome ?? 'missing', result: result?.text ?? '' };
      }),
    );
}

function stateAfterCalls(calls: readonly { readonly name: string; readonly arguments: string }[], base: BaseData) {
  const parsed = calls.map((call): { name: string; arguments: unknown } => ({
    name: call.name,
    arguments: JSON.parse(call.arguments),
  }));
  return playCalls(base, parsed).finalState;
}

/** After what came about; each change of unknown outcome may have come about or not. */
function statesTold(asked: readonly AskedCall[], base: BaseData) {
  const unknown = asked.filter(({ name, outcome }) => outcome === 'unknown' && changesSomething(name));
  const ways = 2 ** Math.min(unknown.length, MOST_UNKNOWN);
  return Array.from({ length: ways }, (_, way) =>
    stateAfterCalls(
      asked.filter((call) => {
        const place = unknown.indexOf(call);
        return place < 0 ? cameAbout(call.outcome) : (way >> place) % 2 === 1;
      }),
      base,
    ),
  );
}

/** Results and arguments are compared as values: printed by different JSON printers they differ in spaces. */
function sameText(left: string, right: string): boolean {
  return isDeepStrictEqual(valueOf(left), valueOf(right));
}
