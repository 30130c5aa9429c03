/** What is trained and measured on. */
import type { Channel } from '../../../guardrails/input/thresholds.ts';

export interface Row {
  readonly text: string;
  readonly attack: boolean;
  readonly source: string;
  readonly channel: Channel;
}
