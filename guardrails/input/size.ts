/** The cascade's first stage: is this a text at all, and is it small enough to be looked at? Costs one pass. */

export type SizeProblem = 'too_large' | 'lone_surrogate' | 'control_characters';

/** UTF-16 units. A document may be long; what is longer than this is not read in one go by any of our models either. */
const MAX_LENGTH = 2_000_000;

/** Tabs, line ends and form feeds are text; a few strays come with copied text, a stream of them does not. */
const MAX_CONTROLS = 8;
const MAX_SHARE = 0.01;

const PLAIN = /^[\t\n\r -~]*$/;
/** In a class, so that the linter sees which are meant: C0 without white space, DEL and C1. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f]/g;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @returns what is wrong with the text, or `undefined` where the next stage may look at it */
export function sizeProblem(text: string): SizeProblem | undefined {
  if (text.length > MAX_LENGTH) return 'too_large';
  if (PLAIN.test(text)) return undefined;
  if (LONE_SURROGATE.test(text)) return 'lone_surrogate';
  const controls = text.match(CONTROL)?.length ?? 0;
  if (controls > MAX_CONTROLS && controls > text.length * MAX_SHARE) return 'control_characters';
  return undefined;
}
