import { type DigitGroup, type DigitRun, digitsOf } from './digit-groups.ts';

/** A part of a run of digits that is looked at as one number. */
export interface NumberShape {
  readonly digits: string;
  readonly groups: readonly DigitGroup[];
  readonly gaps: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly plus: boolean;
}

const MOST_GROUPS = 8;
const FEWEST_DIGITS = 7;
/** ITU E.164 allows 15; the prefix for calls abroad comes on top. */
const MOST_DIGITS = 18;

/**
 * Every part of a run that could be a telephone number, the longest first. Of a longer row of groups only what begins with
 * `+` or is grouped as in North America is looked at by itself.
 */
export function* shapesOf(run: DigitRun, first: number): Generator<NumberShape> {
  for (let last = Math.min(run.groups.length, first + MOST_GROUPS) - 1; last >= first; last--) {
    const plus = first === 0 && run.plus;
    const groups = run.groups.slice(first, last + 1);
    const inRow = isJoint(run.gaps[first - 1]) || isJoint(run.gaps[last]);
    if (inRow && !plus && !AMERICAN.test(lengthsOf(groups))) continue;
    const digits = digitsOf(groups);
    if (digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS) continue;
    const gaps = run.gaps.slice(first, last);
    const [opening, closing] = [groups[0], groups.at(-1)];
    if (opening === undefined || closing === undefined || isNothingToCall(groups, gaps)) continue;
    const start = first === 0 ? run.start : opensAt(run, first, opening.start);
    yield { digits, groups, gaps, start, end: closing.end, plus };
  }
}

const isJoint = (gap: string | undefined) => gap !== undefined && gap.length === 1;
const lengthsOf = (groups: readonly DigitGroup[]) => groups.map((group) => group.digits.length).join('-');
const AMERICAN = /^(?:1-)?3-3-4$/;

function opensAt(run: DigitRun, first: number, start: number): number {
  return run.gaps[first - 1]?.endsWith('(') ? start - 1 : start;
}

/** A date, a span of years or hours, a number with thousands, or a list of small numbers. */
function isNothingToCall(groups: readonly DigitGroup[], gaps: readonly string[]): boolean {
  for (let first = 0; first + 2 < groups.length; first++) if (isDateAt(groups, gaps, first)) return true;
  const small = groups.filter((group) => group.digits.length === 1).length;
  if (small > 2 && small < groups.length) return true;
  return isYears(groups) || isDay(groups);
}

function isDateAt(groups: readonly DigitGroup[], gaps: readonly string[], first: number): boolean {
  const [one = '', two = '', three = ''] = groups.slice(first, first + 3).map((group) => group.digits);
  if (gaps[first] !== gaps[first + 1] || !/^[-./ ]$/.test(gaps[first] ?? '')) return false;
  if (isYear(one)) return two.length <= 2 && three.length <= 2 && isDayAndMonth(two, three);
  const year = isYear(three) || (gaps[first] !== ' ' && three.length === 2 && groups.length === 3);
  return year && one.length <= 2 && two.length <= 2 && isDayAndMonth(one, two);
}

function isDayAndMonth(one: string, two: string): boolean {
  const [low, high] = [Math.min(Number(one), Number(two)), Math.max(Number(one), Number(two))];
  return low >= 1 && low <= 12 && high <= 31;
}

const isYear = (digits: string) => /^(?:19|20)\d\d$/.test(digits);

function isYears(groups: readonly DigitGroup[]): boolean {
  return groups.every((group) => isYear(group.digits));
}

/** `20240131`, written without anything between. */
function isDay(groups: readonly DigitGroup[]): boolean {
  const digits = groups[0]?.digits ?? '';
  return groups.length === 1 && /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4}|\d{6})?$/.test(digits);
}

/** `1 234 567`, `12.500.000`: the first group is short or as long as the others, the gaps are the same. */
export function isThousands({ groups, gaps }: NumberShape): boolean {
  const [first = '', ...rest] = groups.map((group) => group.digits);
  if (first.startsWith('0') || rest.length === 0 || rest.some((digits) => digits.length !== 3)) return false;
  return first.length <= 3 && gaps.every((gap) => gap === gaps[0]) && /^[. ]$/.test(gaps[0] ?? '');
}

/**
 * Grouped as numbers are that one reads aloud: groups of two to four digits, all joined in one way, or an area in
 * parentheses. Neither a range (`1000-1500`) nor a round sum nor two hours are, nor two
 * house numbers before a street, nor what is grouped as a social security number.
 */
export function isGrouped({ groups, gaps, digits, plus }: NumberShape, after: string): boolean {
  if (plus || digits.length < 7 || digits.length > 11 || digits.endsWith('00')) return false;
  const parts = groups.map((group) => group.digits);
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const [gap = ''] = gaps;
  if (gap.startsWith(')')) return first.length >= 2 && last.length >= 2 && digits.length >= 8 && !isYear(first);
  if (!gaps.every((other) => other === gap) || !/^[ -]$/.test(gap)) return false;
  if (lengthsOf(groups) === '3-2-4') return false;
  if (parts.length > 2) return digits.length >= 8 && parts.every((part) => part.length >= 2 && part.length <= 4);
  if (last.length === 4 && /^[ \t]*[\p{L}\p{N}]/u.test(after)) return false;
  if (last.length === 4) return gap === ' ' && /^[2-9]\d{2,3}$/.test(first) && !isYear(last) && !parts.every(isHour);
  return first.length >= 2 && first.length <= 4 && last.length >= 6 && last.length <= 7;
}

const isHour = (digits: string) => /^(?:[01]\d|2[0-3])[0-5]\d$/.test(digits);

/** North America's way: area, exchange, line, with something other than spaces between, or with parentheses. */
export function isNorthAmerican({ groups, gaps, plus }: NumberShape): boolean {
  const lengths = lengthsOf(groups);
  if (plus || !AMERICAN.test(lengths)) return false;
  const area = groups.at(-3)?.digits ?? '';
  return (
    /^[2-9]/.test(area) &&
    (lengths.startsWith('1') ? groups[0]?.digits === '1' : true) &&
    !gaps.every((gap) => gap === ' ')
  );
}
