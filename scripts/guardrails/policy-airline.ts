/** The airline's rules over recorded conversations: what its staff should have done passes, what they should not is stopped. */
import { isDeepStrictEqual } from 'node:util';
import { checkLine } from '../../core/policy/line.ts';
import { changesSomething } from '../../examples/airline/catalogue.ts';
import { AIRLINE_POLICY } from '../../examples/airline/policy.ts';
import { type RecordedCall, type RecordedConversation, readRecordings } from '../../examples/airline/recording.ts';

export interface AirlineFigures {
  /** Recorded calls that the ground truth has, and how many of them are allowed or confirmed. */
  readonly wanted: { readonly calls: number; readonly passed: number; readonly misses: readonly string[] };
  /** Recorded changes that happened and are not in the ground truth, and how many are denied or sent to approval. */
  readonly unwanted: { readonly calls: number; readonly stopped: number; readonly misses: readonly string[] };
}

/** @throws AirlineDataError where the folder has no recordings */
export function airlineFigures(directory: string): AirlineFigures {
  const calls = readRecordings(directory).flatMap(judged);
  const wanted = calls.filter(({ kind }) => kind === 'wanted');
  const unwanted = calls.filter(({ kind }) => kind === 'unwanted');
  const passed = (call: Judged) => call.decision === 'allow' || call.decision === 'confirm';
  return {
    wanted: {
      calls: wanted.length,
      passed: wanted.filter(passed).length,
      misses: wanted.filter((call) => !passed(call)).map(lineOf),
    },
    unwanted: {
      calls: unwanted.length,
      stopped: unwanted.filter((call) => !passed(call)).length,
      misses: unwanted.filter(passed).map(lineOf),
    },
  };
}

type Judged = ReturnType<typeof checkLine> & {
  readonly kind: 'wanted' | 'unwanted' | 'other';
  readonly call: RecordedCall;
};

function judged(conversation: RecordedConversation): readonly Judged[] {
  const past: { tool: string; arguments: { [name: string]: never }; result: string }[] = [];
  return conversation.turns.flatMap((turn) =>
    turn.steps.flatMap((step) =>
      (step.kind === 'calls' ? step.calls : []).map((call) => {
        const made = { tool: call.name, arguments: JSON.parse(call.arguments) };
        const line = { id: conversation.id, customer: { id: conversation.customerId }, past: [...past], call: made };
        const decided = checkLine(AIRLINE_POLICY, line);
        past.push({ ...made, result: call.result });
        return { ...decided, call, kind: kindOf(conversation, call, made.arguments) };
      }),
    ),
  );
}

function kindOf(conversation: RecordedConversation, call: RecordedCall, made: unknown): Judged['kind'] {
  if (conversation.expectedActions.some(({ name, kwargs }) => name === call.name && isDeepStrictEqual(kwargs, made))) {
    return 'wanted';
  }
  return changesSomething(call.name) && !call.result.startsWith('Error') ? 'unwanted' : 'other';
}

function lineOf({ id, decision, rule, call }: Judged): string {
  return `${id}: ${call.name} ${call.arguments} → ${decision} (${rule})`;
}
