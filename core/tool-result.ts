/** Tool results: outcome, confidence, data. */
import type { Json } from './manifest.ts';

/**
 * - `done`: it ran and returned data its schema accepts
 * - `rejected`: the tool said no for a reason of the business; `data` is the sentence the model gets
 * - `denied`: it may not be called; nothing ran
 * - `failed`: it ran and broke; nothing is known to have happened
 * - `unknown`: it changes something and may or may not have happened
 */
export type ToolOutcome = 'done' | 'rejected' | 'denied' | 'failed' | 'unknown';

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
