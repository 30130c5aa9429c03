/** What a call came to whose change is in doubt: the tool is asked, and where it cannot say, a person has to look. */
import type { ToolResult } from '../core/tool-result.ts';
import type { Call } from './call.ts';
import { reconcileChange } from './reconcile-change.ts';
import type { Ended } from './recover-tool.ts';
import { settledWithin } from './settled-within.ts';
import { withinTime } from './within-time.ts';

/** A look, not a change: what takes longer is as good as no answer. */
const LONGEST_LOOK_MS = 5_000;

const UNKNOWN: ToolResult = {
  outcome: 'unknown',
  confidence: 0,
  data: 'It is not known whether this happened. Do not do it again. Tell the customer that it has to be checked first.',
};

/** @param alone what the attempt came to, taken by itself */
export function unknown({ failure }: Ended): Ended {
  return failure === undefined ? UNKNOWN : { ...UNKNOWN, failure };
}

/**
 * @param alone what the attempt came to, taken by itself: it stands where the change did not happen
 * @throws FailureError, or whatever the tool throws when it is asked
 */
export async function clearUp(call: Call, alone: Ended): Promise<Ended> {
  const { attempt, change, tool } = call;
  const timeMs = Math.min(tool?.manifest.timeoutMs ?? 0, LONGEST_LOOK_MS);
  const reconciled = await withinTime(timeMs, attempt.signal, (signal) => reconcileChange(call, signal));
  if (typeof reconciled === 'object') return reconciled;
  if (reconciled === 'unknown') return unknown(alone);
  // A run that was left behind by its timeout may still do it.
  const running = change.run !== undefined && (await settledWithin(change.run, 0)).kind === 'slow';
  return running ? unknown(alone) : alone;
}
