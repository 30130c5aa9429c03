/** The model of a run: asks for the planned change, twice where the plan says so, and then answers. */
import { callTools, reply, type StandInRequest, type StandInStep } from '../../stand-in/steps.ts';
import type { PlannedTurn } from './plan.ts';

export function replyOf({ order }: PlannedTurn): string {
  return `Done: ${order}.`;
}

/** @param turns by `<tenant>/<conversation>`, in their order */
export function plannedModel(
  turns: ReadonlyMap<string, readonly PlannedTurn[]>,
): (request: StandInRequest) => StandInStep | undefined {
  return ({ conversation, turn, step }) => {
    const planned = turns.get(conversation)?.[turn - 1];
    if (planned === undefined) return undefined;
    const asks = planned.way === 'twice' ? 2 : 1;
    if (step > asks) return reply(replyOf(planned));
    return callTools([{ name: planned.way, arguments: { order: planned.order } }]);
  };
}
