/** The model of a conformance run: says in every conversation what the recording says at that turn and step. */
import { type RecordedConversation, stepAt } from '../../examples/airline/recording.ts';
import {
  type CallToolsStep,
  callTools,
  type ReplyStep,
  reply,
  type StandInRequest,
  type StandInStep,
} from '../../stand-in/steps.ts';

/** A place in a recording, both counted from 0. */
export interface Place {
  readonly recording: RecordedConversation;
  readonly turn: number;
  readonly step: number;
}

/** @param recordings by conversation as the stand-in names it, `<tenant>/<id>` */
export function recordedModel(
  recordings: ReadonlyMap<string, RecordedConversation>,
  onAsked: (place: Place) => void = () => undefined,
): (request: StandInRequest) => StandInStep | undefined {
  return ({ conversation, turn, step }) => {
    const recording = recordings.get(conversation);
    if (recording === undefined) return undefined;
    // the platform counts turns and steps from 1
    const place = { recording, turn: turn - 1, step: step - 1 };
    onAsked(place);
    return recordedAnswer(place);
  };
}

/** What the recording has there, as the stand-in says it. */
export function recordedAnswer({ recording, turn, step }: Place): ReplyStep | CallToolsStep {
  const said = stepAt(recording, turn, step);
  if (said.kind === 'reply') return reply(said.text);
  const calls = said.calls.map(({ name, arguments: args }) => ({ name, arguments: args }));
  return callTools(calls, said.said === '' ? null : said.said);
}
