import type { PiiType } from './types.ts';

/**
 * Whether a found value is among those this customer may see, however either is written. An entry that begins with `@`
 * stands for all addresses of that domain.
 */
export type Allowed = (value: string, type: PiiType) => boolean;

export function allowedValues(entries: readonly string[]): Allowed {
  const plain = new Set(entries.map(normalised));
  const numbers = entries.map(dialled).filter((digits) => digits.length >= FEWEST_DIGITS);
  return (value, type) => {
    if (plain.has(normalised(value))) return true;
    if (type === 'email_address') return plain.has(normalised(value.slice(value.lastIndexOf('@'))));
    return type === 'phone_number' && numbers.some((digits) => isSameNumber(digits, dialled(value)));
  };
}

const FEWEST_DIGITS = 7;

/** Case, spaces, dashes and full-width forms make no difference; in an address the dots do. */
function normalised(value: string): string {
  const plain = value.normalize('NFKC').toLowerCase();
  return plain.includes('@') ? plain.trim() : plain.replace(/[^\p{L}\p{N}]/gu, '');
}

/** The digits without the zeros that are dialled before them at home or abroad. */
function dialled(value: string): string {
  return value
    .normalize('NFKC')
    .replace(/\(0\)|\D/g, '')
    .replace(/^0+/, '');
}

/** With and without the country's code, which is at most three digits. */
function isSameNumber(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return short.length >= FEWEST_DIGITS && long.length - short.length <= 3 && long.endsWith(short);
}
