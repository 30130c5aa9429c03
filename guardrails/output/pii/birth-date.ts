import { type Label, labelAfter, labelBefore } from './label.ts';
import { monthOf } from './month.ts';
import type { Finding, Scene } from './types.ts';

/** Dates with a year, and only where the text says that somebody was born on them. */
export function findBirthDates({ text, from }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { pattern, isDate } of FORMS) {
    pattern.lastIndex = from;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const end = match.index + match[0].length;
      if (!isDate(match[1] ?? '', match[2] ?? '', match[3] ?? '')) continue;
      if (!isBirth(labelBefore(text, match.index)) && labelAfter(text, end) !== 'birth') continue;
      findings.push({ start: match.index, end, score: 0.9 });
    }
  }
  return findings;
}

/** "Born in Rome on", and not something said long after the word. */
function isBirth(label: Label | undefined): boolean {
  return label?.kind === 'birth' && label.between.length <= 4;
}

const START = '(?<![\\p{L}\\p{N}])';
const END = '(?![\\p{L}\\p{N}])';
const YEAR = '((?:19|20)\\d\\d)';
const WORD = '(\\p{L}{3,12})';

const FORMS: readonly { pattern: RegExp; isDate: (first: string, second: string, third: string) => boolean }[] = [
  {
    pattern: new RegExp(`${START}${YEAR} ?[-./年] ?(\\d{1,2}) ?[-./月] ?(\\d{1,2})(?:日|${END})`, 'gu'),
    isDate: (_, month, day) => isDayOf(month, day),
  },
  {
    pattern: new RegExp(`${START}(\\d{1,2})[-./ ] ?(\\d{1,2})[-./ ] ?((?:19|20)?\\d\\d)${END}`, 'gu'),
    isDate: (day, month) => isDayOf(month, day) || isDayOf(day, month),
  },
  {
    pattern: new RegExp(
      `${START}(\\d{1,2})(?:st|nd|rd|th|er|[.º])?[ -](?:(?:of|de) )?${WORD}\\.?,?[ -](?:de )?${YEAR}${END}`,
      'giu',
    ),
    isDate: (day, month) => isDayOf(String(monthOf(month)), day),
  },
  {
    pattern: new RegExp(`${START}${WORD}\\.? (\\d{1,2})(?:st|nd|rd|th)?,? ${YEAR}${END}`, 'giu'),
    isDate: (month, day) => isDayOf(String(monthOf(month)), day),
  },
];

function isDayOf(month: string, day: string): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}
