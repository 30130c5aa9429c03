import type { PiiType } from './types.ts';

/** From harmless to grave; the gravest one of a reply is the reply's verdict. */
export const PII_ACTIONS = ['pass', 'redact', 'block', 'escalate'] as const;

/** What is done about a value: shown, masked, masked and the reply not sent, masked and a person called. */
export type PiiAction = (typeof PII_ACTIONS)[number];

/** Which values are looked for, and which of them are this customer's own. */
export interface PiiOptions {
  /** ISO 3166 codes; national numbers of these countries are recognised without a label. Default: none. */
  readonly regions?: readonly string[];
  /** Values the customer may see, compared without regard to case and separators; `@example.com` allows a domain. */
  readonly allow?: readonly string[];
  /** Types to look for or not; those not named are looked for. */
  readonly types?: Readonly<Partial<Record<PiiType, boolean>>>;
}

export interface PiiPolicy extends Omit<PiiOptions, 'types'> {
  /** Per type; those not named as in `DEFAULT_ACTIONS`. */
  readonly actions?: Readonly<Partial<Record<PiiType, PiiAction>>>;
  /** Types of which even an allowed value is shown only as a hint. */
  readonly maskOwn?: readonly PiiType[];
  /** Types whose mask shows enough to recognise one's own value; those not named as in `DEFAULT_HINTS`. */
  readonly hints?: Readonly<Partial<Record<PiiType, boolean>>>;
}

export const DEFAULT_ACTIONS: Readonly<Record<PiiType, PiiAction>> = {
  secret_key: 'block',
  iban_code: 'redact',
  credit_card: 'redact',
  email_address: 'redact',
  us_ssn: 'redact',
  passport_number: 'redact',
  driver_license: 'redact',
  birth_date: 'redact',
  phone_number: 'redact',
  ip_address: 'redact',
  url: 'pass',
};

export const DEFAULT_HINTS: readonly PiiType[] = ['credit_card', 'iban_code', 'phone_number'];

/** The graver of two. */
export function graver(one: PiiAction, other: PiiAction): PiiAction {
  return PII_ACTIONS.indexOf(one) >= PII_ACTIONS.indexOf(other) ? one : other;
}
