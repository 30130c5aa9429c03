/** Thresholds that transfer: as high as the worst source needs that the model never saw. */
import type { Thresholds } from '../../../guardrails/input/thresholds.ts';
import type { Scored } from './loso.ts';

/** Aimed at, half of the three allowed in a hundred: what is measured on sources that are known is passed on ones that are not. */
const BLOCK_RATE = 0.015;
const GREY_RATE = 0.1;
/** A source with fewer rows than this has no rate; such sources are taken together. */
const FEWEST = 50;

/**
 * @param scored each row by the model that did not see its source. Only training rows count: development rows are for
 *   looking at what came out.
 */
export function chooseThresholds(scored: readonly Scored[]): Thresholds {
  const benign = scored.filter(({ row, dev }) => !dev && !row.attack);
  const customer = pairOf(benign.filter(({ row }) => row.channel === 'customer'));
  // There are few harmless rows of tool output, and none of memories: what documents need is asked of all three.
  const elsewhere = pairOf(benign.filter(({ row }) => row.channel !== 'customer'));
  return { customer, tool_output: elsewhere, document: elsewhere, memory: elsewhere };
}

function pairOf(benign: readonly Scored[]): { grey: number; block: number } {
  return { grey: asScore(worst(benign, GREY_RATE)), block: asScore(worst(benign, BLOCK_RATE)) };
}

/** The margin that at most this share of each source reaches. */
function worst(benign: readonly Scored[], rate: number): number {
  const bySource = new Map<string, number[]>();
  for (const { row, margin } of benign) {
    const margins = bySource.get(row.source);
    if (margins === undefined) bySource.set(row.source, [margin]);
    else margins.push(margin);
  }
  const large = [...bySource.values()].filter((margins) => margins.length >= FEWEST);
  const small = [...bySource.values()].filter((margins) => margins.length < FEWEST).flat();
  return Math.max(...[...large, ...(small.length === 0 ? [] : [small])].map((margins) => above(margins, rate)));
}

function above(margins: readonly number[], rate: number): number {
  const sorted = [...margins].sort((one, other) => other - one);
  const allowed = Math.floor(rate * sorted.length);
  return (sorted[allowed] ?? 0) + 0.001;
}

/** Rounded up in the last of nine digits: near 1 the differences are there. */
function asScore(margin: number): number {
  return Math.ceil(1e9 / (1 + Math.exp(-margin))) / 1e9;
}
