/** Long text is looked at in overlapping windows, so that a sentence of attack is not thinned out by pages around it. */

/** Characters of a window, and how far apart two windows begin: what is shorter than the overlap is whole in one of them. */
export const WINDOW = 1_200;
export const STEP = 900;

/** @returns the windows' texts, in order; a text that fits is its own only window */
export function* windowsOf(text: string): Generator<string> {
  for (let start = 0; ; start += STEP) {
    yield text.length <= WINDOW ? text : text.slice(start, start + WINDOW);
    if (start + WINDOW >= text.length) return;
  }
}
