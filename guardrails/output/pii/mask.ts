import type { PiiType } from './types.ts';

const HIDDEN = '••••';

/**
 * What stands in a redacted value's place. With a hint, its owner recognises it: the last digits of a card, the domain of an
 * address; nobody else learns more than that there was one.
 */
export function masked(value: string, type: PiiType, hint: boolean): string {
  const hinted = hint ? HINTS[type]?.(value) : undefined;
  return hinted ?? HIDDEN;
}

const ends = (value: string, kept: number) => `${HIDDEN} ${value.replace(/[^\p{L}\p{N}]/gu, '').slice(-kept)}`;

const HINTS: Partial<Record<PiiType, (value: string) => string>> = {
  credit_card: (value) => ends(value, 4),
  iban_code: (value) => `${value.slice(0, 2).toUpperCase()}${ends(value, 4)}`,
  phone_number: (value) => ends(value.replace(/ ?(?:x|ext|#).*$/i, ''), 2),
  passport_number: (value) => ends(value, 2),
  driver_license: (value) => ends(value, 2),
  us_ssn: (value) => ends(value, 4),
  email_address: (value) => {
    const at = value.lastIndexOf('@');
    const [first = ''] = value;
    return at > 0 ? `${first}•••${value.slice(at)}` : HIDDEN;
  },
};
