import type { Finding, Scene } from './types.ts';

/** Bank accounts of ISO 13616: a country, its length, and the check digits (mod 97 leaves 1). */
export function findIbans({ text, from }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  START.lastIndex = from;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const length = LENGTH_OF.get(match[0].slice(0, 2).toUpperCase());
    const end = length === undefined ? undefined : endAfter(text, match.index, length);
    if (end === undefined || !isIban(text.slice(match.index, end))) continue;
    findings.push({ start: match.index, end, score: 1 });
    START.lastIndex = end;
  }
  return findings;
}

const START = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}/giu;

/** The end of so many letters and digits, with at most one separator between two; undefined where the word goes on. */
function endAfter(text: string, start: number, length: number): number | undefined {
  let at = start;
  for (let taken = 0; taken < length; at++) {
    const character = text[at] ?? '';
    if (/[a-z\d]/i.test(character)) taken++;
    else if (!/[ .-]/.test(character) || !/[a-z\d]/i.test(text[at - 1] ?? '')) return undefined;
  }
  return /[\p{L}\p{N}]/u.test(text[at] ?? '') ? undefined : at;
}

export function isIban(text: string): boolean {
  const value = text.replace(/[ .-]/g, '').toUpperCase();
  if (LENGTH_OF.get(value.slice(0, 2)) !== value.length) return false;
  let remainder = 0;
  for (const character of value.slice(4) + value.slice(0, 4)) {
    const number = Number.parseInt(character, 36);
    remainder = (remainder * (number > 9 ? 100 : 10) + number) % 97;
  }
  return remainder === 1;
}

/** The IBAN registry, by length. */
const LENGTHS: Readonly<Record<number, string>> = {
  15: 'NO',
  16: 'BE',
  18: 'DK FI FK FO GL NL SD',
  19: 'MK SI',
  20: 'AT BA EE KZ LT LU MN XK',
  21: 'CH HR LI LV',
  22: 'BG BH CR DE GB GE IE ME RS VA',
  23: 'AE GI IL IQ OM SO TL',
  24: 'AD CZ ES MD PK RO SA SE SK TN VG',
  25: 'LY PT ST',
  26: 'IS TR',
  27: 'BI DJ FR GR IT MC MR SM',
  28: 'AL AZ BY CY DO GT HN HU LB NI PL SV',
  29: 'BR EG PS QA UA',
  30: 'JO KW MU YE',
  31: 'MT SC',
  32: 'LC',
  33: 'RU',
};

const LENGTH_OF: ReadonlyMap<string, number> = new Map(
  Object.entries(LENGTHS).flatMap(([length, countries]) =>
    countries.split(' ').map((country) => [country, Number(length)] as const),
  ),
);
