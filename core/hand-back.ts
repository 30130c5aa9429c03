/** The hand-back: what a person returns a conversation with, and what the agent is told of it. */

export const RESOLUTIONS = ['solved', 'partly', 'not_solved', 'duplicate', 'spam'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/**
 * How the conversation goes on: the agent answers at once, or when the customer writes again, or it is closed. Where the customer
 * wrote something that the person had not seen, the agent answers at once instead of waiting.
 */
export const RESUMES = ['answer_now', 'wait_for_customer', 'close'] as const;
export type Resume = (typeof RESUMES)[number];

export interface HandBack {
  readonly resolution: Resolution;
  /** What the person did, with what others call it, e.g. a booking number. */
  readonly done: readonly { readonly what: string; readonly reference?: string }[];
  /** What holds from now on, whatever was said before. */
  readonly facts?: readonly { readonly name: string; readonly value: string }[];
  readonly promises?: readonly {
    readonly what: string;
    /** Until when, ISO 8601. */
    readonly by?: string;
  }[];
  readonly instructions?: { readonly do?: readonly string[]; readonly dont?: readonly string[] };
  readonly resume: Resume;
  /** Worth remembering beyond this conversation. */
  readonly remember?: readonly string[];
}

/** What the model reads of a conversation's hand-backs, the newest last; it stands outside the window, so it is never cut off. */
export function handBacksForModel(handBacks: readonly HandBack[]): string {
  const parts = handBacks.map(partOf);
  return [
    'A colleague has taken part in this conversation and has handed it back to you. What they say holds: do not ask the customer ' +
      'again for anything that stands here, do not contradict it, and do not do again what was done.',
    ...parts,
  ].join('\n\n');
}

const SOLVED: { readonly [resolution in Resolution]: string } = {
  solved: 'The matter is solved.',
  partly: 'The matter is partly solved.',
  not_solved: 'The matter could not be solved.',
  duplicate: 'The matter is being dealt with elsewhere.',
  spam: 'There was no real matter.',
};

function partOf({ resolution, done, facts = [], promises = [], instructions = {} }: HandBack): string {
  return [
    SOLVED[resolution],
    ...listOf('What was done:', done.map(doneOf)),
    ...listOf(
      'What holds now:',
      facts.map(({ name, value }) => `${name}: ${value}`),
    ),
    ...listOf('What the customer was promised:', promises.map(promiseOf)),
    ...listOf('Do:', instructions.do ?? []),
    ...listOf('Do not:', instructions.dont ?? []),
  ].join('\n');
}

function doneOf({ what, reference }: HandBack['done'][number]): string {
  return reference === undefined ? what : `${what} (${reference})`;
}

function promiseOf({ what, by }: NonNullable<HandBack['promises']>[number]): string {
  return by === undefined ? what : `${what}, by ${by}`;
}

function listOf(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `- ${item}`)];
}
