/** Whether a customer's message is about what the agent is there for. */
import type { ScopeSettings } from '../core/manifest.ts';
import type { Verdict } from '../core/verdict.ts';
import type { PromptRow } from '../core/window.ts';
import { screenScope } from '../guardrails/input/scope/screen.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { STOPPED_MESSAGE } from './screen-input.ts';

export interface ScopeFound {
  readonly verdict: Verdict;
  /** What the customer hears, where the message is off topic. */
  readonly decline?: string;
}

/** What a yes or no to the agent's own question is about was settled when it was asked. */
const ANSWERS_THE_QUESTION: Verdict = {
  guardrail: 'scope',
  verdict: 'pass',
  stage: 'dialogue',
  score: 0,
  reason: 'it answers what was asked',
};

/**
 * A guardrail that does not work lets nothing through: then the verdict is `block`, without a decline.
 *
 * @param isAnswer the customer says yes or no to what the platform asked them
 */
export async function screenTopic(
  { embedder, log }: Pick<ActivityDependencies, 'embedder' | 'log'>,
  settings: ScopeSettings,
  message: PromptRow,
  rows: readonly PromptRow[],
  isAnswer: boolean,
): Promise<ScopeFound> {
  if (isAnswer) return { verdict: ANSWERS_THE_QUESTION };
  try {
    if (embedder === undefined) throw new Error('this worker has no sentence encoder');
    const found = await screenScope(message.text, settings, {
      embedder: await embedder(),
      inConversation: message.turn > 1,
      earlier: saidBefore(rows, message.turn),
    });
    const { verdict, stage, score, reason, decline } = found;
    return {
      verdict: { guardrail: 'scope', verdict, stage, score: Math.round(score * 1_000) / 1_000, reason },
      ...(decline === undefined ? {} : { decline }),
    };
  } catch (error) {
    log.error({ err: error }, 'the scope guardrail does not work: its messages are stopped');
    const reason = `it threw ${error instanceof Error ? error.name : typeof error}`;
    return { verdict: { guardrail: 'scope', verdict: 'block', reason } };
  }
}

/** The newest first. What prompts carry in place of a message is not the customer's language. */
function saidBefore(rows: readonly PromptRow[], turn: number): readonly string[] {
  return rows
    .filter((row) => row.role === 'customer' && row.turn < turn && row.text !== STOPPED_MESSAGE)
    .toSorted((one, other) => other.turn - one.turn)
    .map(({ text }) => text);
}
