/** Tool results: outcome, confidence, data. */
import type { Json } from './manifest.ts';

/**
 * - `done`: it ran and returned data its schema accepts
 * - `rejected`: the tool said no for a reason of the business; `data` is the sentence the model gets
 * - `denied`: it may not be called; nothing ran
 * - `failed`: it broke, and nothing was changed
 * - `unknown`: it changes something and may or may not have happened
 * - `unconfirmed`: it needs the customer's yes; nothing ran
 * - `unapproved`: it needs an operator's yes; nothing ran
 */
export const TOOL_OUTCOMES = ['done', 'rejected', 'denied', 'failed', 'unknown', 'unconfirmed', 'unapproved'] as const;
export type ToolOutcome = (typeof TOOL_OUTCOMES)[number];

/** The platform let nothing run, so it says nothing about the tool and counts against no limit. */
export function neverRan(outcome: ToolOutcome): boolean {
  return outcome === 'denied' || outcome === 'unconfirmed' || outcome === 'unapproved';
}

export interface ToolResult {
  readonly outcome: ToolOutcome;
  /** 0 to 1: how far the data can be relied on. */
  readonly confidence: number;
  readonly data: Json;
}

/** What the model reads. A string is passed as it is, anything else as JSON. */
export function textForModel(data: Json): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

/** How far a call that changes something has come. A call that changes nothing never begins. */
export interface Progress {
  /** The tool's code began to run, in this process. */
  readonly begun: boolean;
  /** It began an earlier time too, in whatever process, and was not seen to end. */
  readonly begunBefore: boolean;
  /** The tool's author says that one key has one effect and one answer. */
  readonly idempotent: boolean;
}

/**
 * The rule about changes: once the tool's code has begun, nothing but `done` or an explicit rejection says whether it
 * happened. A rejection speaks of its own run; it speaks of an earlier one too only where one key has one answer.
 *
 * @param outcome what this attempt came to, taken by itself
 */
export function isInDoubt({ begun, begunBefore, idempotent }: Progress, outcome: ToolOutcome): boolean {
  switch (outcome) {
    case 'done':
      return false;
    case 'rejected':
      return begunBefore && !idempotent;
    case 'denied':
    case 'unconfirmed':
    case 'unapproved':
    case 'failed':
    case 'unknown':
      return begun || begunBefore;
  }
}
