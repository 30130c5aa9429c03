/** Scripts: what the stand-in answers in one conversation, entry by entry, and whether all of it was asked for. */
import { ANSWERING_FAULTS } from './faults.ts';
import type { StandInRequest, StandInStep } from './steps.ts';

/** A conversation asked the model more often than its script has entries. */
export class UnexpectedModelCallError extends Error {
  override readonly name = 'UnexpectedModelCallError';
  readonly conversation: string;
  constructor(conversation: string, calls: readonly ScriptPlace[]) {
    super(
      `${conversation} asked the model beyond its script, at ${calls.map(placeName).join(' and ')}. ` +
        'Add an entry to the script for each, or find out why the agent asked again.',
    );
    this.conversation = conversation;
  }
}

/** A conversation ended before its script did. */
export class UnconsumedModelStepsError extends Error {
  override readonly name = 'UnconsumedModelStepsError';
  readonly conversation: string;
  constructor(conversation: string, left: readonly StandInStep[]) {
    super(
      `${conversation} left ${left.length} of its script's entries unused: ${left.map(stepName).join(', ')}. ` +
        'Remove them, or find out why the agent stopped asking.',
    );
    this.conversation = conversation;
  }
}

export interface ScriptPlace {
  readonly turn: number;
  readonly step: number;
}

interface Script {
  readonly left: StandInStep[];
  /** Good answers already given, by turn and step: a crash repeats the call in flight, and the script must not notice. */
  readonly given: Map<string, StandInStep>;
  readonly unexpected: ScriptPlace[];
  repeats: number;
}

export type ScriptedAnswer =
  | { readonly kind: 'no_script' }
  | { readonly kind: 'step'; readonly step: StandInStep }
  | { readonly kind: 'beyond_script' };

export interface ScriptBook {
  /** Appends to what the conversation's script already holds. */
  add(conversation: string, steps: readonly StandInStep[]): void;
  next(request: Pick<StandInRequest, 'conversation' | 'turn' | 'step'>): ScriptedAnswer;
  /** How often a good answer was given again. */
  repeats(conversation: string): number;
  /** @throws UnexpectedModelCallError or UnconsumedModelStepsError; of one conversation, or of the first that has a fault */
  assertFinished(conversation?: string): void;
}

function emptyScript(): Script {
  return { left: [], given: new Map(), unexpected: [], repeats: 0 };
}

export function scriptBook(): ScriptBook {
  const scripts = new Map<string, Script>();
  return {
    add(conversation, steps) {
      const script: Script = scripts.get(conversation) ?? emptyScript();
      script.left.push(...steps);
      scripts.set(conversation, script);
    },
    next({ conversation, turn, step }) {
      const script = scripts.get(conversation);
      if (script === undefined) return { kind: 'no_script' };
      const place = `${turn}/${step}`;
      const again = script.given.get(place);
      if (again !== undefined) {
        script.repeats++;
        return { kind: 'step', step: again };
      }
      const entry = script.left.shift();
      if (entry === undefined) {
        script.unexpected.push({ turn, step });
        return { kind: 'beyond_script' };
      }
      if (entry.kind !== 'fault' || ANSWERING_FAULTS.has(entry.fault)) script.given.set(place, entry);
      return { kind: 'step', step: entry };
    },
    repeats: (conversation) => scripts.get(conversation)?.repeats ?? 0,
    assertFinished(only) {
      for (const [conversation, { left, unexpected }] of scripts) {
        if (only !== undefined && only !== conversation) continue;
        if (unexpected.length > 0) throw new UnexpectedModelCallError(conversation, unexpected);
        if (left.length > 0) throw new UnconsumedModelStepsError(conversation, left);
      }
    },
  };
}

function placeName({ turn, step }: ScriptPlace): string {
  return `turn ${turn} step ${step}`;
}

function stepName(step: StandInStep): string {
  switch (step.kind) {
    case 'reply':
      return `reply(${JSON.stringify(step.text.slice(0, 40))})`;
    case 'call_tools':
      return `callTools(${step.calls.map((call) => call.name).join(', ')})`;
    case 'fault':
      return `fault(${step.fault})`;
  }
}
