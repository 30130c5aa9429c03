/** Numbers as people write them: groups of digits with something small between them. */

export interface DigitGroup {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

export interface DigitRun {
  readonly groups: readonly DigitGroup[];
  /** What stands before each group but the first. */
  readonly gaps: readonly string[];
  /** The run with its `+` or opening parenthesis. */
  readonly start: number;
  readonly plus: boolean;
}

const DIGITS = /\d+/g;
/** A space after a full stop ends a sentence, so it ends a number. */
const GAP = /^(?:[ .\-/]|\) ?[-. ]?|[ -]?\(| - | \/ )$/;
const LETTER = /[\p{L}_]/u;

/** Every run of groups that begins in the scene's piece; a group with a letter at its side is no number. */
export function digitRuns(text: string, from: number): readonly DigitRun[] {
  const runs: DigitRun[] = [];
  let groups: DigitGroup[] = [];
  let gaps: string[] = [];
  const close = () => {
    const first = groups[0];
    if (first !== undefined) runs.push({ groups, gaps, ...opening(text, first.start, from) });
    groups = [];
    gaps = [];
  };
  DIGITS.lastIndex = from;
  for (let match = DIGITS.exec(text); match !== null; match = DIGITS.exec(text)) {
    const group = { digits: match[0], start: match.index, end: match.index + match[0].length };
    const previous = groups.at(-1);
    const gap = previous === undefined ? undefined : text.slice(previous.end, group.start);
    if (gap !== undefined && GAP.test(gap)) gaps.push(gap);
    else close();
    if (isPartOfWord(text, group)) {
      groups = [];
      gaps = [];
    } else groups.push(group);
  }
  close();
  return runs;
}

/** `12:30`, `1,234`, `A380`, `380px`; the x of an extension is not one. */
function isPartOfWord(text: string, { start, end }: DigitGroup): boolean {
  const before = text[start - 1] ?? '';
  const after = text[end] ?? '';
  if (LETTER.test(before) && before < '⺀') return true;
  if (/[,:'.]/.test(before) && /\d/.test(text[start - 2] ?? '') && before !== '.') return true;
  if (/[,:']/.test(after) && /\d/.test(text[end + 1] ?? '')) return true;
  return LETTER.test(after) && after < '⺀' && !/^(?:x\d|ext)/i.test(text.slice(end, end + 3));
}

function opening(text: string, start: number, from: number): { start: number; plus: boolean } {
  let at = start;
  if (text[at - 1] === '(' && at > from) at--;
  const plus = /^\+ ?\(?$/.exec(text.slice(Math.max(from, at - 2), at))?.[0] ?? (text[at - 1] === '+' ? '+' : '');
  return plus === '' || at - plus.length < from ? { start: at, plus: false } : { start: at - plus.length, plus: true };
}

export function digitsOf(groups: readonly DigitGroup[]): string {
  return groups.map((group) => group.digits).join('');
}
