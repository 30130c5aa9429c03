/** Where the worker is killed: at a random point of every tenth conversation, the same points for the same seed. */
import type { RecordedConversation } from '../../examples/airline/recording.ts';
import { randomFrom } from './random.ts';

/** When the model is asked for this step (both counted from 0), the worker dies so many milliseconds later. */
export interface KillPoint {
  readonly turn: number;
  readonly step: number;
  readonly afterMs: number;
}

/** Long enough to fall into the model's answer, the tool call, the next step or between two turns. */
const LATEST_MS = 60;

/** @param seed a whole number */
export function killPoints(recordings: readonly RecordedConversation[], seed: number): ReadonlyMap<string, KillPoint> {
  const random = randomFrom(seed);
  const points = new Map<string, KillPoint>();
  for (const [index, { id, turns }] of recordings.entries()) {
    if (index % 10 !== 9) continue;
    const steps = turns.flatMap((turn, n) => [...turn.steps, 'closing'].map((_, step) => ({ turn: n, step })));
    // the closing step exists only where the recording gives the turn no reply
    const real = steps.filter(({ turn, step }) => step === 0 || turns[turn]?.steps[step - 1]?.kind === 'calls');
    const point = real[Math.floor(random() * real.length)];
    if (point !== undefined) points.set(id, { ...point, afterMs: Math.floor(random() * LATEST_MS) });
  }
  return points;
}
