/** The tool calls of one step: in parallel, each decided before it runs. */
import type { ToolCallResult } from '../core/activities.ts';
import type { PinnedManifest } from '../core/manifest.ts';
import { denialOf } from '../core/permission.ts';
import { callTool } from './proxies.ts';

/** @throws the first call's failure, but only when all have ended: nothing may run on after its turn is over */
export async function callTools(
  pinned: PinnedManifest,
  turn: number,
  step: number,
  tools: readonly string[],
): Promise<readonly ToolCallResult[]> {
  const { agent, revision } = pinned;
  const ended = await Promise.allSettled(
    tools.map((tool, index) => {
      const denied = denialOf(pinned, tool, index);
      return callTool({
        turn,
        step,
        call: index + 1,
        agent,
        revision,
        ...(denied === undefined ? {} : { denied }),
      });
    }),
  );
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
