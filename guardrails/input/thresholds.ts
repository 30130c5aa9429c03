/** From which score a text is an attack. By channel, since what a customer types and what a tool brings differ. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { TRAINING_COMMAND } from './weights.ts';

export const CHANNELS = ['customer', 'tool_output', 'document', 'memory'] as const;

/** Where a text came from. */
export type Channel = (typeof CHANNELS)[number];

const Pair = z.object({
  /** From here the text is doubtful: a dearer stage may be asked. */
  grey: z.number().min(0).max(1),
  /** From here it is taken for an attack. */
  block: z.number().min(0).max(1),
});

const Thresholds = z.object({ customer: Pair, tool_output: Pair, document: Pair, memory: Pair });

export type Thresholds = z.infer<typeof Thresholds>;

export const THRESHOLDS_FILE = fileURLToPath(new URL('./weights/injection.json', import.meta.url));

/** @throws with the command that makes the file, where it is missing or not what training writes */
export function readThresholds(file: string = THRESHOLDS_FILE): Thresholds {
  try {
    return Thresholds.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const message = `The thresholds of the injection guardrail cannot be read (${file}). Make them with: ${TRAINING_COMMAND}`;
    throw new Error(message, { cause });
  }
}
