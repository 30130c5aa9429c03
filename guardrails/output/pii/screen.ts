import type { PiiAction, PiiPolicy } from './policy.ts';
import { createPiiStream } from './stream.ts';
import type { PiiSpan } from './types.ts';

export interface PiiScreening {
  /** What is to be done with the reply: its gravest value decides. */
  readonly verdict: PiiAction;
  /** The reply with every value masked that is not passed. May be shown, whatever the verdict. */
  readonly text: string;
  /** What was masked, in offsets of the text that was screened. */
  readonly spans: readonly PiiSpan[];
}

/** Screens a whole reply for personal values. */
export function screenPii(text: string, policy: PiiPolicy = {}): PiiScreening {
  const stream = createPiiStream(policy);
  const screened = stream.push(text) + stream.end();
  return { verdict: stream.verdict(), text: screened, spans: stream.spans() };
}
