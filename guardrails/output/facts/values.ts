/**
 * Finds dates, times, ids, amounts and numbers in a text, in that order: what one finder took, a later one does not see.
 * Every expression is a sequence of bounded parts, so the time is linear in the text.
 */
import { monthOf } from './months.ts';
import type { Value } from './types.ts';

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g;
const ISO_DATE = /(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)/g;
const SLASH_DATE = /(?<![\d/.])(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d/])/g;
const WORD = '([A-Za-zÀ-ÿ]{3,10})';
const MONTH_DAY = new RegExp(
  `(?<![\\p{L}\\d])${WORD}\\.? {1,2}(\\d{1,2})(?:st|nd|rd|th)?(?![\\d%])(?![:.]\\d)(?:,? (\\d{4})(?!\\d))?`,
  'gu',
);
const DAY_MONTH = new RegExp(
  `(?<![\\d.,:$€£-])(\\d{1,2})(?:st|nd|rd|th|º|\\.)? ?(?:of |de )?(?:the )?${WORD}(?![\\p{L}])\\.?(?:,? (?:de )?(\\d{4})(?!\\d))?`,
  'gu',
);
/** What may follow a day of a month: "May 20-22", "May 20 and 22". */
const NEXT_DAY = /(?: ?[-–] ?|,? (?:and|to|or|through|until) )(\d{1,2})(?:st|nd|rd|th)?(?![\w:%])(?!\.\d)(?! [a-z])/y;
const CLOCK = /(?<![\d:.])(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,6})?)?(?!\d)(?: ?([ap])\.? ?m\b\.?)?/gi;
const HOUR = /(?<![\d:.,$])(\d{1,2}) ?([ap])\.?m\b\.?/gi;
const TOKEN = /[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)*/gu;
const NUMBER =
  '(\\d{1,3}(?:,\\d{3})+(?:\\.\\d{1,4})?(?!\\d)|\\d{1,3}(?:\\.\\d{3})+,\\d{1,2}(?!\\d)|\\d+(?:[.,]\\d{1,4}(?!\\d))?)';
const MONEY_BEFORE = new RegExp(`(?:[$€£¥]|\\b(?:USD|EUR|GBP|CHF)) ?${NUMBER}`, 'g');
const MONEY_AFTER = new RegExp(
  `(?<![\\w.,])${NUMBER} ?(?:[€£]|(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?|cents?)\\b)`,
  'g',
);
const PLAIN = new RegExp(`(?<![\\p{L}\\d_.,])${NUMBER}`, 'gu');
const UNIT_AFTER_DIGITS = /^\d+(?:st|nd|rd|th|h|hr|hrs|am|pm|x|k|kg|g|lb|lbs|min|mins|mb|gb|ml|l|cm|mm|km|m|d|s|ms)$/i;
/** Number before a word with a hyphen: "24-hour", "2-stop". */
const COUNTED = /^\d+(?:-\d+)?-[\p{Ll}]+(?:-[\p{Ll}]+)*$/u;
const RANGE = /^\d{1,4}-\d{1,4}$/;

/** All values of a text, by where they stand. */
export function valuesIn(text: string): readonly Value[] {
  const found: Value[] = [];
  const taken = new Uint8Array(text.length);
  const take: Take = (kind, start, end, keys) => {
    if (keys.length === 0 || taken[start] === 1 || taken[end - 1] === 1) return;
    taken.fill(1, start, end);
    found.push({ kind, start, end, keys });
  };
  if (text.includes('@')) {
    for (const match of text.matchAll(EMAIL)) take('id', match.index, endOf(match), [match[0].toLowerCase()]);
  }
  // Everything but ids has a digit.
  if (/\d/.test(text)) findWithDigits(text, take);
  for (const match of text.matchAll(TOKEN)) {
    if (isId(match[0])) take('id', match.index, endOf(match), [match[0].toLowerCase()]);
  }
  if (/\d/.test(text)) {
    for (const match of text.matchAll(PLAIN)) take('number', match.index, endOf(match), numberKeys(match[1]));
  }
  return found.sort((one, other) => one.start - other.start);
}

type Take = (kind: Value['kind'], start: number, end: number, keys: readonly string[]) => void;

function findWithDigits(text: string, take: Take): void {
  for (const match of text.matchAll(ISO_DATE)) {
    take('date', match.index, endOf(match), dateKeys(match[1], Number(match[2]), Number(match[3])));
  }
  for (const match of text.matchAll(SLASH_DATE)) {
    const [one, other] = [Number(match[1]), Number(match[3])];
    const keys = [...dateKeys(match[4], one, other), ...dateKeys(match[4], other, one)];
    take('date', match.index, endOf(match), [...new Set(keys)]);
  }
  for (const match of text.matchAll(MONTH_DAY)) {
    const month = monthOf(match[1] ?? '');
    if (month === undefined) continue;
    take('date', match.index, endOf(match), dateKeys(match[3], month, Number(match[2])));
    NEXT_DAY.lastIndex = endOf(match);
    const next = NEXT_DAY.exec(text);
    if (next === null) continue;
    const start = endOf(next) - (next[0].length - next[0].search(/\d/));
    take('date', start, endOf(next), dateKeys(match[3], month, Number(next[1])));
  }
  for (const match of text.matchAll(DAY_MONTH)) {
    const month = monthOf(match[2] ?? '');
    // "2. Mei Lee" in a list is no day of May.
    if (
      match[3] === undefined &&
      /^\d+\. /.test(match[0]) &&
      /(?:^|\n)\s{0,20}$/.test(text.slice(Math.max(0, match.index - 21), match.index))
    )
      continue;
    if (month !== undefined) take('date', match.index, endOf(match), dateKeys(match[3], month, Number(match[1])));
  }
  for (const match of text.matchAll(CLOCK))
    take('time', match.index, endOf(match), timeKeys(match[1], match[2], match[3]));
  for (const match of text.matchAll(HOUR)) take('time', match.index, endOf(match), timeKeys(match[1], '0', match[2]));
  for (const match of text.matchAll(MONEY_BEFORE)) take('amount', match.index, endOf(match), numberKeys(match[1]));
  for (const match of text.matchAll(MONEY_AFTER)) take('amount', match.index, endOf(match), numberKeys(match[1]));
}

function endOf(match: RegExpExecArray): number {
  return match.index + match[0].length;
}

/** `2024-05-20`, or `05-20` where no year is said. */
function dateKeys(year: string | undefined, month: number, day: number): readonly string[] {
  if (month < 1 || month > 12 || day < 1 || day > 31) return [];
  const key = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  if (year === undefined) return [key];
  return [`${year.length === 2 ? `20${year}` : year}-${key}`];
}

/** Minutes of the day. A time up to 12:59 without am or pm may be either. */
function timeKeys(hour: string | undefined, minute: string | undefined, half: string | undefined): readonly string[] {
  const [hours, minutes] = [Number(hour), Number(minute)];
  if (hours > 24 || minutes > 59 || (half !== undefined && hours > 12)) return [];
  if (half === undefined) return [String((hours % 24) * 60 + minutes)];
  return [String(((hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)) * 60 + minutes)];
}

/** As text of the number, so that `1,625.00` and `1625` are equal; both readings of `1.625`. */
function numberKeys(written: string | undefined): readonly string[] {
  if (written === undefined) return [];
  const european = Number(written.replaceAll('.', '').replace(',', '.'));
  if (/\..*,\d{1,2}$/.test(written)) return [String(european)];
  const readings = [Number(written.replaceAll(',', ''))];
  if (/,\d{1,2}$/.test(written)) readings.push(european);
  if (/^\d{1,3}\.\d{3}$/.test(written)) readings.push(Number(written.replace('.', '')));
  return [...new Set(readings.filter((value) => Number.isFinite(value)).map(String))];
}

function isId(token: string): boolean {
  if (token.includes('_')) return /\p{L}|\d/u.test(token);
  const hasDigit = /\d/.test(token);
  if (!hasDigit) return /^\p{Lu}{3,}$/u.test(token);
  if (UNIT_AFTER_DIGITS.test(token) || COUNTED.test(token) || RANGE.test(token)) return false;
  return /\p{L}/u.test(token) || /^\d{5,}$/.test(token) || /^\d+(?:-\d+)+$/.test(token);
}
