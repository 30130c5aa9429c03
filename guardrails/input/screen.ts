/** The cascade for prompt injection, cheapest first; what a stage settles the next does not see. */
import { hasWords, ngramScore } from './ngram.ts';
import { viewsOf } from './normalise.ts';
import { brokenRule } from './rules.ts';
import { type SizeProblem, sizeProblem } from './size.ts';
import { type Channel, readThresholds, type Thresholds } from './thresholds.ts';
import { readWeights, type Weights } from './weights.ts';

export interface InputScreening {
  /** A customer's text is blocked; what came from elsewhere is kept from the model, not from the operator. */
  readonly verdict: 'pass' | 'block' | 'quarantine';
  /** From 0 to 1. Not a probability: only to be held against the channel's thresholds. */
  readonly score: number;
  /** The stage that settled it. */
  readonly stage: 'size' | 'rules' | 'ngram';
  /** In plain words, without quoting the text. */
  readonly reason: string;
  /** The score lies between the channel's two thresholds: passed, though a dearer stage may be asked. */
  readonly grey: boolean;
}

/** Pure and synchronous; time is linear in the text. */
export type InputScreen = (text: string, channel: Channel) => InputScreening;

/** @throws with the command that makes them, where the weights or the thresholds are missing: call it at start-up */
export function openInputScreen(
  weights: Weights = readWeights(),
  thresholds: Thresholds = readThresholds(),
): InputScreen {
  return (text, channel) => {
    const hit = channel === 'customer' ? 'block' : 'quarantine';
    const problem = sizeProblem(text);
    if (problem !== undefined)
      return { verdict: hit, score: 1, stage: 'size', reason: SIZE_REASONS[problem], grey: false };
    const views = viewsOf(text);
    if (!views.some(hasWords))
      return { verdict: 'pass', score: 0, stage: 'size', reason: 'is at most one word', grey: false };
    const rule = brokenRule(views);
    if (rule !== undefined)
      return { verdict: hit, score: 1, stage: 'rules', reason: `${rule.name}: ${rule.reason}`, grey: false };
    const score = ngramScore(views, weights);
    const { block, grey } = thresholds[channel];
    if (score >= block)
      return { verdict: hit, score, stage: 'ngram', reason: disguised(views[0]?.disguises ?? []), grey: false };
    return { verdict: 'pass', score, stage: 'ngram', reason: 'nothing found', grey: score >= grey };
  };
}

const SIZE_REASONS: Readonly<Record<SizeProblem, string>> = {
  too_large: 'longer than two million characters',
  lone_surrogate: 'holds half of a surrogate pair',
  control_characters: 'holds many control characters',
};

function disguised(disguises: readonly string[]): string {
  const how = disguises.length === 0 ? '' : ` (written with: ${disguises.join(', ')})`;
  return `reads like an attempt to change the agent's instructions${how}`;
}

let opened: InputScreen | undefined;

/**
 * The screen with the shipped weights, read once.
 * @throws with the command that makes them, where they are missing or not ours: call it at start-up
 */
export function shippedInputScreen(): InputScreen {
  opened ??= openInputScreen();
  return opened;
}

/** The screen with the shipped weights, which the first call reads. */
export function screenInput(text: string, channel: Channel): InputScreening {
  return shippedInputScreen()(text, channel);
}
