/** An escalation: the agent cannot go on by itself, and a person has to look at the conversation. */

/** A closed list, so that people and figures can be sorted by it; what happened exactly is the failure beside it. */
export const ESCALATION_REASONS = [
  /** Something did not work and nothing stood in for it. */
  'failure',
  /** A limit was reached that a person may raise. */
  'budget',
  /** A guardrail stopped a message or a reply. */
  'guardrail',
  /** The model or its provider would not answer. */
  'refusal',
  /** The customer wants a person. */
  'customer_asked',
  /** The agent is not sure enough of what it would do or say. */
  'low_confidence',
  /** Too much depends on it. */
  'high_stakes',
  /** A call waits for a person's yes. */
  'approval',
  /** It goes round in circles. */
  'repetition',
  /** The customer is upset. */
  'sentiment',
  /** A person took it. */
  'operator',
] as const;
export type EscalationReason = (typeof ESCALATION_REASONS)[number];

export const ESCALATION_STATUSES = ['open', 'resolved'] as const;
export type EscalationStatus = (typeof ESCALATION_STATUSES)[number];

/** What the customer hears where the agent's author wrote nothing else. */
export const PASSED_ON =
  'I cannot do this by myself. I have passed it on to a colleague, who will get back to you here.';
