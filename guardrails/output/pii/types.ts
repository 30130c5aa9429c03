/** What a pattern can find. Names, places and occupations are no patterns and are not looked for here. */
export const PII_TYPES = [
  'secret_key',
  'iban_code',
  'credit_card',
  'email_address',
  'us_ssn',
  'passport_number',
  'driver_license',
  'birth_date',
  'ip_address',
  'phone_number',
  'url',
] as const;

export type PiiType = (typeof PII_TYPES)[number];

/** A found value; `start` and `end` count UTF-16 units, `score` is between 0 and 1. */
export interface PiiSpan {
  readonly start: number;
  readonly end: number;
  readonly type: PiiType;
  readonly score: number;
}

/**
 * What a finder looks at: a piece of a reply and a little of what stood before it, in folded characters. A finder reports
 * only values that end after `from`; what it reads before that is context.
 */
export interface Scene {
  readonly text: string;
  readonly from: number;
  /** ISO 3166 codes of the countries whose national numbers are recognised without a label. */
  readonly regions: readonly string[];
}

/** A value as a finder reports it, in offsets of the scene's text. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  /** A value whose end is not in sight: all that follows in this alphabet belongs to it. */
  readonly open?: Open;
}

/** `block` is text in base64 over several lines, `token` one word. */
export type Open = 'block' | 'token';

export type Finder = (scene: Scene) => readonly Finding[];
