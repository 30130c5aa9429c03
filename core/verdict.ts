/** What a guardrail found about one text: kept in the ledger beside the text, passes included. */

export const VERDICTS = ['pass', 'redact', 'block', 'escalate', 'quarantine'] as const;

/**
 * - `pass`: it goes on as it is
 * - `redact`: parts of it are masked
 * - `block`: it goes no further, and the turn ends
 * - `escalate`: the same, and a person has to look
 * - `quarantine`: the model sees that it was there, and not what it says
 */
export type VerdictKind = (typeof VERDICTS)[number];

export interface Verdict {
  /** Its name, e.g. `pii`. */
  readonly guardrail: string;
  readonly verdict: VerdictKind;
  /** In words for engineers; never what was said. */
  readonly reason?: string;
  /** Which stage of the guardrail decided. */
  readonly stage?: string;
  /** How sure it is, 0 to 1. */
  readonly score?: number;
}
