/** Runs calls in order with the pure tools, each seeing what the ones before it changed. */
import { runTool } from './catalogue.ts';
import { type BaseData, type Change, type FinalState, stateAfter, type ToolEffect, worldOver } from './world.ts';

export interface Played {
  readonly effects: readonly ToolEffect[];
  readonly finalState: FinalState;
}

/** @throws RangeError for a tool that does not exist, ZodError for wrong arguments */
export function playCalls(
  base: BaseData,
  calls: readonly { readonly name: string; readonly arguments: unknown }[],
): Played {
  const effects: ToolEffect[] = [];
  const changes: Change[] = [];
  for (const call of calls) {
    const effect = runTool(worldOver(base, changes), call.name, call.arguments);
    effects.push(effect);
    if ('changes' in effect) changes.push(...effect.changes);
  }
  return { effects, finalState: stateAfter(base, changes) };
}
