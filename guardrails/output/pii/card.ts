import { type DigitGroup, digitRuns } from './digit-groups.ts';
import { isReference, labelAfter, labelBefore } from './label.ts';
import type { Finding, Scene } from './types.ts';

/** Payment cards: a known issuer's first digits, its length, and the Luhn check digit (ISO/IEC 7812). */
export function findCards(scene: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { groups, gaps } of digitRuns(scene.text, scene.from)) {
    let first = 0;
    while (first < groups.length) {
      const last = lastGroupOfCard(scene, groups, gaps, first);
      const [opening, closing] = [groups[first], groups[last ?? first]];
      if (last !== undefined && opening !== undefined && closing !== undefined) {
        findings.push({ start: opening.start, end: closing.end, score: 0.95 });
      }
      first = (last ?? first) + 1;
    }
  }
  return [...findings, ...overLines(scene)];
}

const FOUR_LINES = /(?<![\p{L}\p{N}.,-])\d{4}(?: ?\r?\n ?\d{4}){3}(?![\p{L}\p{N}])/gu;

/** Four digits a line. */
function overLines({ text, from }: Scene): readonly Finding[] {
  FOUR_LINES.lastIndex = from;
  const findings: Finding[] = [];
  for (let match = FOUR_LINES.exec(text); match !== null; match = FOUR_LINES.exec(text)) {
    const { 0: written, index } = match;
    if (!isCardNumber(written.replace(/\D/g, ''))) continue;
    findings.push({ start: index, end: index + written.length, score: 0.95 });
  }
  return findings;
}

/** The longest number that is a card's. */
function lastGroupOfCard(
  scene: Scene,
  groups: readonly DigitGroup[],
  gaps: readonly string[],
  first: number,
): number | undefined {
  let digits = '';
  let card: number | undefined;
  for (let last = first; last < groups.length; last++) {
    digits += groups[last]?.digits ?? '';
    if (digits.length > 19 || (last > first && !/^[ .-]$/.test(gaps[last - 1] ?? ''))) break;
    if (digits.length < 12 || !luhn(digits)) continue;
    const isWhole = first === 0 && last === groups.length - 1;
    if (isWritten(scene, groups.slice(first, last + 1), digits, isWhole)) card = last;
  }
  return card;
}

/**
 * A tenth of all numbers has a right check digit. So a number that stands for itself, or beside other digits, needs an
 * issuer, a usual length and a usual grouping; one that the text calls a card needs none of them.
 */
function isWritten({ text }: Scene, groups: readonly DigitGroup[], digits: string, isWhole: boolean): boolean {
  const [start, end] = [groups[0]?.start ?? 0, groups.at(-1)?.end ?? 0];
  const isNamed = labelBefore(text, start)?.kind === 'card' || labelAfter(text, end) === 'card';
  if (isNamed && isWhole) return true;
  if (!isCardNumber(digits) || (!isNamed && isReference(text, start))) return false;
  const lengths = groups.map((group) => group.digits.length);
  return (
    digits.length >= 14 && digits.length <= 16 && (lengths.every((length) => length % 4 === 0) || isUsual(lengths))
  );
}

function isUsual(lengths: readonly number[]): boolean {
  // Digit by digit, or in twos, is how they are told on the phone.
  return lengths.length === 1 || /^(?:4-6-[45]|4-4-4-[23]|6-10|1(?:-1)+|2(?:-2)+)$/.test(lengths.join('-'));
}

export function isCardNumber(digits: string): boolean {
  return ISSUERS.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) && luhn(digits);
}

const ISSUERS: readonly { prefix: RegExp; lengths: readonly number[] }[] = [
  // Visa
  { prefix: /^4/, lengths: [13, 16, 19] },
  // Mastercard, both ranges
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  // American Express
  { prefix: /^3[47]/, lengths: [15] },
  // Diners Club
  { prefix: /^3(?:0[0-59]|[689])/, lengths: [14, 15, 16, 17, 18, 19] },
  // Discover, UnionPay, RuPay
  { prefix: /^(?:6011|64[4-9]|65|62|60|81|82|508)/, lengths: [16, 17, 18, 19] },
  // JCB, and its old numbers
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:2131|1800)/, lengths: [15] },
  // Maestro
  { prefix: /^(?:50|5[6-9]|6[0-9])/, lengths: [12, 13, 14, 15, 16, 17, 18, 19] },
  // Mir, Troy
  { prefix: /^(?:220[0-4]|9792)/, lengths: [16, 17, 18, 19] },
];

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const value = index % 2 === 1 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}
