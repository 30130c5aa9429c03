/**
 * The model of a chaos run. It says what the recording says, after the faults that the plan has for that place. A turn that a
 * fault ended leaves its recording in the middle; the next turn, in which the customer says the same again, goes on there.
 */
import { ANSWERING_FAULTS, type FaultName } from '../../stand-in/faults.ts';
import { fault, reply, type StandInRequest, type StandInStep } from '../../stand-in/steps.ts';
import { recordedAnswer } from '../conformance/model.ts';
import { type CastConversation, faultsBefore, type RecordedPlace } from './plan.ts';

type Request = Pick<StandInRequest, 'conversation' | 'turn' | 'step'>;

export interface FollowingModel {
  answer(request: Request): StandInStep;
  /** Where in the recording the platform's turn begins. Told before the message of that turn is sent. */
  begin(conversation: CastConversation, turn: number, at: RecordedPlace): void;
  /** How many of these steps of a turn said what was recorded; the others are faults that look like answers. */
  recordedAmong(conversation: CastConversation, turn: number, steps: readonly number[]): number;
  /** The faults that a turn has met so far. */
  metIn(conversation: CastConversation, turn: number): readonly FaultName[];
  /** Requests for turns that nobody began: a message was answered twice. As `<conversation> turn <n>`. */
  readonly unexpected: readonly string[];
  /** All requests, faults included. */
  readonly requests: number;
  readonly injected: ReadonlyMap<FaultName, number>;
}

interface Turn {
  readonly conversation: CastConversation;
  readonly from: RecordedPlace;
  /** Answers by step. A crash repeats the call in flight, and must get the same one. */
  readonly given: Map<number, StandInStep>;
  readonly met: FaultName[];
}

/** @param standInName what the stand-in calls a conversation, `<tenant>/<id>` */
export function followingModel(seed: number, standInName: (conversation: CastConversation) => string): FollowingModel {
  const turns = new Map<string, Turn>();
  /** How many of a place's faults have been played. */
  const played = new Map<string, number>();
  const injected = new Map<FaultName, number>();
  const unexpected: string[] = [];
  let requests = 0;

  const keyOf = (conversation: CastConversation, turn: number) => `${standInName(conversation)} turn ${turn}`;

  function nextFault({ conversation, met }: Turn, place: RecordedPlace): FaultName | undefined {
    const key = `${conversation.name}/${place.turn}/${place.step}`;
    const before = played.get(key) ?? 0;
    const name = faultsBefore(seed, conversation.name, place)[before];
    if (name === undefined) return undefined;
    played.set(key, before + 1);
    injected.set(name, (injected.get(name) ?? 0) + 1);
    met.push(name);
    return name;
  }

  return {
    begin(conversation, turn, from) {
      turns.set(keyOf(conversation, turn), { conversation, from, given: new Map(), met: [] });
    },
    answer({ conversation: name, turn: number, step }) {
      requests += 1;
      const turn = turns.get(`${name} turn ${number}`);
      if (turn === undefined) {
        unexpected.push(`${name} turn ${number}`);
        return reply('Nobody said anything.');
      }
      const again = turn.given.get(step);
      if (again !== undefined) return again;
      const place = { turn: turn.from.turn, step: turn.from.step + recordedBefore(turn, step) };
      const fails = nextFault(turn, place);
      const answer =
        fails === undefined ? recordedAnswer({ recording: turn.conversation.recording, ...place }) : fault(fails);
      if (fails === undefined || ANSWERING_FAULTS.has(fails)) turn.given.set(step, answer);
      return answer;
    },
    recordedAmong(conversation, turn, steps) {
      const given = turns.get(keyOf(conversation, turn))?.given;
      return steps.filter((step) => given?.get(step)?.kind === 'call_tools').length;
    },
    metIn: (conversation, turn) => turns.get(keyOf(conversation, turn))?.met ?? [],
    unexpected,
    get requests() {
      return requests;
    },
    injected,
  };
}

/** The platform asks for a step only when the one before it is written down. */
function recordedBefore({ given }: Turn, step: number): number {
  return [...given].filter(([other, answer]) => other < step && answer.kind !== 'fault').length;
}
