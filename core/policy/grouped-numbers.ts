/** Account and card numbers that are written in groups: "FR14 2004 1010 …", "4111-1111 1111 1111". Found in linear time. */

/** Digits. What has fewer is a price, a day or a time; thousands of millions are no price that anybody writes with blanks. */
const FEWEST_DIGITS = 10;
/** So many digits are one number however they are grouped; with fewer, short groups are a list of small numbers. */
const CERTAIN_DIGITS = 16;
const FEWEST_IN_A_GROUP = 3;
/** Letters and digits of an account number with a country (ISO 13616). */
const FEWEST_OF_IBAN = 15;
/** A word of eight and more is a reference by itself. */
const LONGEST_GROUP = 7;

const WORD = /[\p{L}\p{N}]+/gu;
const DIGITS = /^\d+$/;
const YEAR = /^(?:19|20)\d\d$/;
const DATE =
  /(?<![\w./-])(?:(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|[12]\d|3[01])[./-](?:19|20)\d\d|(?:19|20)\d\d[./-](?:0?[1-9]|1[0-2])[./-](?:0?[1-9]|[12]\d|3[01]))(?![\w/-]|\.\d)/g;

/** Groups of one number are all parted in one of these ways. A full stop and a blank end a sentence. */
const GAPS = [/^(?:\s{1,3}|\s?-\s?)$/, /^\.$/, /^[/_]$/];

/**
 * @param text in lower case
 * @returns each number without what stands between its groups
 */
export function groupedNumbersIn(text: string): readonly string[] {
  // What stands in the place of a date parts numbers.
  return runsIn(text.replace(DATE, ',')).flatMap((groups) => numberIn(groups) ?? []);
}

function runsIn(text: string): readonly (readonly string[])[] {
  const runs: string[][] = [];
  let run: string[] = [];
  let [end, kind] = [0, -1];
  for (const { 0: group, index } of text.matchAll(WORD)) {
    const gap = GAPS.findIndex((each) => each.test(text.slice(end, Math.min(index, end + 4))));
    end = index + group.length;
    const goesOn = gap >= 0 && (run.length === 1 || gap === kind) && mayFollow(run[0], group);
    if (goesOn) {
      run.push(group);
      kind = gap;
      continue;
    }
    if (run.length > 1) runs.push(run);
    run = mayBegin(group) ? [group] : [];
    kind = -1;
  }
  return run.length > 1 ? [...runs, run] : runs;
}

function mayBegin(group: string): boolean {
  return group.length <= LONGEST_GROUP && (DIGITS.test(group) || beginsIban(group));
}

/** In an account number with a country the bank may be four letters, and any group may have some. */
function mayFollow(first: string | undefined, group: string): boolean {
  if (first === undefined || group.length > LONGEST_GROUP) return false;
  if (!beginsIban(first)) return DIGITS.test(group);
  return /\d/.test(group) || group.length === 4;
}

function beginsIban(group: string): boolean {
  return /^[a-z]{2}\d{2}/.test(group);
}

function numberIn(groups: readonly string[]): string | undefined {
  const number = groups.join('');
  if (beginsIban(number)) return number.length >= FEWEST_OF_IBAN && isMostlyDigits(number) ? number : undefined;
  if (number.length < FEWEST_DIGITS || groups.every((group) => YEAR.test(group))) return undefined;
  const isOne = number.length >= CERTAIN_DIGITS || number.length >= FEWEST_IN_A_GROUP * groups.length;
  return isOne ? number : undefined;
}

/** "ab12 with some more text" is none. */
function isMostlyDigits(number: string): boolean {
  return number.replace(/[^0-9]/g, '').length >= number.length / 2;
}
