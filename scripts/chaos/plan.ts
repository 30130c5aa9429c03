/** What happens in a run of chaos, from its seed: who takes part, and what the model service does wrong, where. */
import type { RecordedConversation } from '../../examples/airline/recording.ts';
import { FAULTS, type FaultName } from '../../stand-in/faults.ts';
import { randomFrom } from '../conformance/random.ts';

/** A recording as it is played: more than once, where there are not enough of them. */
export interface CastConversation {
  /** `<recording>-<copy>`, the same in every run. */
  readonly name: string;
  readonly recording: RecordedConversation;
}

/** A place in a recording, both counted from 0. */
export interface RecordedPlace {
  readonly turn: number;
  readonly step: number;
}

/** Which part of the requests to the model ends in a fault. */
export const FAULT_SHARE = 0.2;
/** Nobody is that unlucky; a bound all the same, so that every conversation ends. */
const MOST_IN_A_ROW = 12;

export function castOf(recordings: readonly RecordedConversation[], count: number): readonly CastConversation[] {
  if (recordings.length === 0) return [];
  return Array.from({ length: count }, (_, n) => n).flatMap((n) => {
    const recording = recordings[n % recordings.length];
    const copy = Math.floor(n / recordings.length) + 1;
    return recording === undefined ? [] : [{ name: `${recording.id}-${copy}`, recording }];
  });
}

/**
 * The faults that come before the recorded step is said: none mostly, one in a fifth of the places, and so on. Each takes one
 * request. Every fault that the stand-in can play is as likely as any other. It depends on nothing but the arguments, so
 * that one conversation can be played again by itself.
 */
export function faultsBefore(seed: number, conversation: string, { turn, step }: RecordedPlace): readonly FaultName[] {
  const random = randomFrom(hashOf(`${seed}/${conversation}/${turn}/${step}`));
  // The first numbers of near seeds are alike.
  random();
  const faults: FaultName[] = [];
  while (faults.length < MOST_IN_A_ROW && random() < FAULT_SHARE) {
    const fault = FAULTS[Math.floor(random() * FAULTS.length)];
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
