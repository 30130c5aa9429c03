/** What the calls of models and tools work with, shared by all calls of a process. */
import type { CallKey } from '../core/activities.ts';
import { type Attempt, conversationName } from './attempt.ts';
import type { Breakers } from './breakers.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { classify } from './failure.ts';
import type { FindManifest } from './manifests.ts';
import type { TurnClock } from './turn-clock.ts';
import type { TurnMemory } from './turn-memory.ts';

export interface Calling {
  readonly deps: ActivityDependencies;
  readonly findManifest: FindManifest;
  readonly memory: TurnMemory;
  readonly clock: TurnClock;
  readonly breakers: Breakers;
}

/** Time in which our database was away does not count as time of the turn. */
export function onlyWorkingTime<I extends CallKey, R>(
  clock: TurnClock,
  work: (input: I, attempt: Attempt) => Promise<R>,
): (input: I, attempt: Attempt) => Promise<R> {
  return async (input, attempt) => {
    try {
      return await work(input, attempt);
    } catch (error) {
      if (classify(error).kind === 'database') clock.restart(conversationName(attempt.conversation), input.turn);
      throw error;
    }
  };
}
