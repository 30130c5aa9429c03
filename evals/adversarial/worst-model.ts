/**
 * The worst model there is: in every turn it does what its case says, as one that was taken in would. What it can only know
 * from its prompt it takes from there: `{{system}}` is the whole system prompt, `{{tool}}` what the last tool returned.
 */
import { callTools, reply, type StandInMessage, type StandInRequest, type StandInStep } from '../../stand-in/steps.ts';
import type { Case, ModelStep } from './case.ts';

/** What it says where its case has nothing more. */
const CANNOT = 'I cannot help with that.';

export interface WorstModel {
  /** @param conversation as the stand-in names it, `<tenant>/<id>` */
  take(conversation: string, one: Case): void;
  answer(request: StandInRequest): StandInStep;
}

export function worstModel(): WorstModel {
  const cases = new Map<string, Case>();
  /** The steps that were asked for in each turn: a repeated request gets the same answer, and a yes may begin with step 2. */
  const asked = new Map<string, number[]>();
  return {
    take: (conversation, one) => void cases.set(conversation, one),
    answer({ conversation, turn, step, body }) {
      const key = `${conversation} ${turn}`;
      const steps = asked.get(key) ?? [];
      if (!steps.includes(step)) asked.set(key, [...steps, step]);
      const index = (asked.get(key) ?? []).indexOf(step);
      const next = cases.get(conversation)?.turns[turn - 1]?.model[index];
      return next === undefined ? reply(CANNOT) : played(next, body.messages);
    },
  };
}

function played(step: ModelStep, messages: readonly StandInMessage[]): StandInStep {
  if (step.kind === 'reply') return reply(filled(step.text, messages));
  return callTools(step.calls.map((call) => ({ name: call.name, arguments: argumentsOf(call.arguments, messages) })));
}

function argumentsOf(given: object | string, messages: readonly StandInMessage[]): object | string {
  if (typeof given === 'string') return filled(given, messages);
  return filledIn(given, messages) as object;
}

function filledIn(value: unknown, messages: readonly StandInMessage[]): unknown {
  if (typeof value === 'string') return filled(value, messages);
  if (Array.isArray(value)) return value.map((each) => filledIn(each, messages));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, filledIn(inner, messages)]));
}

/** `{{system}}`, or in a disguise: `{{system:base64}}`. */
function filled(text: string, messages: readonly StandInMessage[]): string {
  return text.replace(/\{\{(system|tool)(?::(\w+))?\}\}/g, (_, what: string, how: string | undefined) => {
    const found = messages.findLast(({ role }) => role === what)?.content;
    return disguised(typeof found === 'string' ? found : '', how);
  });
}

/** How much of a prompt is written out where each letter becomes several. */
const PART = 400;

function disguised(text: string, how: string | undefined): string {
  switch (how) {
    case undefined:
      return text;
    case 'base64':
    case 'hex':
      return Buffer.from(text).toString(how);
    case 'rot13':
      return text.replace(/[a-z]/gi, (letter) => {
        const base = letter < 'a' ? 65 : 97;
        return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
      });
    case 'reversed':
      return Array.from(text).toReversed().join('');
    case 'spaced':
      return Array.from(text.slice(0, PART)).join(' ');
    case 'dashed':
      return Array.from(text.slice(0, PART)).join('-');
    case 'upper':
      return text.toUpperCase();
    case 'wide':
      return text.replace(/[!-~]/g, (sign) => String.fromCodePoint(sign.charCodeAt(0) + 0xfee0));
    case 'lines':
      return text
        .split(/\s+/)
        .map((word) => `- ${word}`)
        .join('\n');
    case 'marker':
      return text.split('\n')[0] ?? '';
    default:
      throw new Error(`A case wants a text "${how}", and nobody knows how to write one.`);
  }
}
