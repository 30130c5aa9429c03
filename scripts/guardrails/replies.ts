/** How long the screen of a reply takes, whole and while it is written, and how late a preview is because of it. */
import { replyScreen } from '../../activities/screen-reply.ts';
import { DEFAULT_LIMITS, type Manifest } from '../../core/manifest.ts';
import type { PromptRow } from '../../core/window.ts';
import { readAirline } from '../../examples/airline/data.ts';
import { type RecordedConversation, readRecordings } from '../../examples/airline/recording.ts';
import { type Quantiles, quantilesOf } from './quantiles.ts';

export interface ReplyFigures {
  readonly replies: number;
  /** Milliseconds of one reply: personal values and words; and with facts, which read the conversation too. */
  readonly whole: Quantiles;
  readonly withFacts: Quantiles;
  /** Milliseconds until a sentence that has arrived may be shown. */
  readonly sentence: Quantiles;
  /** Characters that have arrived and may not be shown yet, when a sentence has ended. */
  readonly held: Quantiles;
}

/** @throws AirlineDataError where the folder has no recordings */
export function reportReplies(airline: string): ReplyFigures {
  const times = { whole: [] as number[], withFacts: [] as number[], sentence: [] as number[], held: [] as number[] };
  let replies = 0;
  const { policy } = readAirline(airline);
  const [usual, facts] = [manifestWith(policy, 'off'), manifestWith(policy, 'on')];
  // The first round warms up.
  for (const round of [0, 1]) {
    for (const conversation of readRecordings(airline)) {
      for (const { text, rows } of repliesOf(conversation)) {
        const customer = { id: conversation.customerId };
        const whole = timed(() => replyScreen(usual, customer, rows).whole(text));
        const withFacts = timed(() => replyScreen(facts, customer, rows).whole(text));
        if (round === 0) continue;
        replies += 1;
        times.whole.push(whole);
        times.withFacts.push(withFacts);
        const preview = replyScreen(usual, customer, rows).preview();
        let [arrived, shown] = [0, 0];
        for (const sentence of text.match(SENTENCE) ?? []) {
          arrived += sentence.length;
          times.sentence.push(timed(() => (shown += preview(sentence).length)));
          times.held.push(Math.max(0, arrived - shown));
        }
      }
    }
  }
  const { whole, withFacts, sentence, held } = times;
  return {
    replies,
    whole: quantilesOf(whole),
    withFacts: quantilesOf(withFacts),
    sentence: quantilesOf(sentence),
    held: quantilesOf(held),
  };
}

const SENTENCE = /[^.!?\n]+[.!?\n]*\s*/g;

function repliesOf({ turns }: RecordedConversation): readonly { readonly text: string; readonly rows: PromptRow[] }[] {
  const rows: PromptRow[] = [];
  return turns.flatMap((turn, at) => {
    rows.push({ turn: at + 1, step: 0, call: 0, role: 'customer', text: turn.customer });
    return turn.steps.flatMap((step, index) => {
      const place = { turn: at + 1, step: index + 1 };
      if (step.kind === 'calls') {
        const toolCalls = step.calls.map(({ name, arguments: args }, n) => ({ id: `c${n}`, name, arguments: args }));
        rows.push({ ...place, call: 0, role: 'agent', text: '', toolCalls });
        for (const [n, call] of step.calls.entries()) {
          const said = { tool: call.name, toolCallId: `c${n}`, text: call.result, cutOff: false };
          rows.push({ ...place, call: n + 1, role: 'tool', outcome: 'done', ...said });
        }
        return [];
      }
      const found = { text: step.text, rows: [...rows] };
      rows.push({ ...place, call: 0, role: 'agent', text: step.text, toolCalls: [] });
      return [found];
    });
  });
}

function manifestWith(instructions: string, facts: 'on' | 'off'): Manifest {
  return {
    ...{ agent: 'airline', revision: 'measured', instructions, tools: [], limits: DEFAULT_LIMITS },
    model: { name: 'm', timeoutMs: 1_000 },
    guardrails: { pii: { actions: { birth_date: 'pass' } }, ...(facts === 'on' ? { facts } : {}) },
  };
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export function printedReplies({ replies, whole, withFacts, sentence, held }: ReplyFigures): string {
  const line = (what: string, { p50, p99 }: Quantiles, unit: string) =>
    `${what.padEnd(52)} p50 ${p50.toFixed(2)} ${unit}, p99 ${p99.toFixed(2)} ${unit}`;
  return [
    `Replies: the screen over ${replies} recorded replies`,
    line('a whole reply: personal values and words', whole, 'ms'),
    line('the same with facts, from the whole conversation', withFacts, 'ms'),
    line('a sentence of a preview', sentence, 'ms'),
    line('held back of a preview when a sentence has ended', held, 'characters'),
  ].join('\n');
}
