/** The demo's model: the support agent's stand-in, in this process, so that it outlives what the demo kills. */
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';

export interface DemoModel {
  readonly standIn: StandIn;
  /** Requests for one turn. */
  calls(turn: number): number;
  /** The next request for this turn and step is left without an answer; resolves when it has come. */
  holdBack(turn: number, step: number): Promise<void>;
}

/** Far longer than the demo waits before it kills who asked. */
const HELD_MS = 60_000;

export async function startDemoModel(): Promise<DemoModel> {
  let held: { readonly turn: number; readonly step: number; readonly arrived: () => void } | undefined;
  const standIn = await startStandIn({
    answer: ({ turn, step, body }) => {
      const answer = supportRules(body.messages, body.tools ?? []);
      if (held?.turn !== turn || held.step !== step) return answer;
      held.arrived();
      held = undefined;
      return { ...answer, delayMs: HELD_MS };
    },
  });
  return {
    standIn,
    calls: (turn) => standIn.calls.list.filter((call) => call.turn === turn).length,
    holdBack: (turn, step) =>
      new Promise((arrived) => {
        held = { turn, step, arrived };
      }),
  };
}
