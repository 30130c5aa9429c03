/** A model that asks the same thing again and again gets the same answer: it is told so instead. */

/** A call that was made in this turn. Calls that were refused, also for repetition, do not belong here. */
export interface PastCall {
  readonly tool: string;
  /** Digest of the arguments. */
  readonly arguments: string;
  /** Digest of what the model was given: a result, or the sentence of a failure. */
  readonly result: string;
}

/** Recorded conversations ask three times for the same; a fourth time nothing new is to be expected. */
const MOST_ALIKE = 3;

/**
 * Does this call only repeat itself? A result that differs from the one before (a status that is being watched) starts the
 * count anew; what else was called in between does not matter.
 *
 * @param past the calls of this turn, oldest first
 * @param argumentsDigest made in the same way as the digests in `past`
 * @returns why the call must not run, in a sentence for the model, or `undefined` where it may
 */
export function repetitionOf(past: readonly PastCall[], tool: string, argumentsDigest: string): string | undefined {
  const last = past.filter((call) => call.tool === tool && call.arguments === argumentsDigest).slice(-MOST_ALIKE);
  if (last.length < MOST_ALIKE || last.some(({ result }) => result !== last[0]?.result)) return undefined;
  return (
    `The tool ${tool.slice(0, 64)} was called ${MOST_ALIKE} times in this turn with these arguments and gave the same ` +
    'result each time. It was not called again. Go on with that result, try something else, or tell the customer.'
  );
}
