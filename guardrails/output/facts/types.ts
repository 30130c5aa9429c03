/** What a reply is checked against, and what is found. */

/** How a call that changes something ended. */
export interface Change {
  readonly tool: string;
  readonly outcome: 'done' | 'rejected' | 'failed' | 'denied' | 'unknown';
  readonly arguments: string;
  readonly result: string;
}

/** All that was known in the conversation before the reply. */
export interface Evidence {
  /** What tools returned in this conversation: as text, JSON mostly. */
  readonly results: readonly string[];
  /** What tools were asked with: arguments as JSON text, of calls that were made. */
  readonly asked: readonly string[];
  /** What the customer said, and what the calling service asserts of them. */
  readonly customer: readonly string[];
  /** The agent's instructions (policy text, tool descriptions). */
  readonly instructions: readonly string[];
  /** What the agent said before in this conversation, which was checked then. */
  readonly said: readonly string[];
  /** Calls of tools that change something, in order, with how they ended. */
  readonly changes: readonly Change[];
}

export type ContradictionType = 'number' | 'amount' | 'date' | 'time' | 'id' | 'name' | 'promise';

/** A span of the reply that the conversation does not bear out. The reason is written for the model. */
export interface Contradiction {
  readonly type: ContradictionType;
  readonly start: number;
  readonly end: number;
  readonly reason: string;
}

/** A value in a text, in a form in which two spellings of it are equal. */
export interface Value {
  readonly kind: 'number' | 'amount' | 'date' | 'time' | 'id';
  readonly start: number;
  readonly end: number;
  /** What it may mean: more than one where the spelling is ambiguous (`03/04`, `7:00`). */
  readonly keys: readonly string[];
}
