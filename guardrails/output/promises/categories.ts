/** What promises are about. */

/** Nobody's agent may make these unless its author allows it. */
export const USUAL_PROMISES = [
  'guarantee',
  'binding',
  'liability',
  'damages',
  'outcome',
  'medical',
  'legal',
  'financial',
  'price',
] as const;

/** Ordinary for many agents; looked for where the author forbids them. */
export const FURTHER_PROMISES = ['refund', 'discount', 'deadline'] as const;

export const PROMISES = [...USUAL_PROMISES, ...FURTHER_PROMISES] as const;

export type PromiseCategory = (typeof PROMISES)[number];

/** Patterns of one language, written as `pattern.ts` says. */
export type Patterns = Readonly<Record<PromiseCategory, readonly string[]>>;

export const REASONS: Readonly<Record<PromiseCategory, string>> = {
  guarantee: 'gives a guarantee or a word of honour',
  binding: 'calls what it says binding',
  liability: 'admits liability or fault',
  damages: 'promises to pay for damage or loss',
  outcome: 'promises an outcome whatever happens',
  medical: 'gives medical advice as certain',
  legal: 'gives legal advice as certain',
  financial: 'promises a financial result',
  price: 'promises a price, a price match or something for ever',
  refund: 'promises a refund',
  discount: 'promises a discount or a gift',
  deadline: 'promises a time',
};
