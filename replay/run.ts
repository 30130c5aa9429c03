/** Replays a history on today's workflow code and says where the two part. */
import { type InjectedSinks, Worker } from '@temporalio/worker';
import type { ReplayBundle } from './bundle.ts';
import { isSettled, madeCommands, recordedCommands } from './commands.ts';
import { type Difference, firstDifference, firstUnrecorded } from './first-difference.ts';
import { type Run, startedBy } from './history.ts';
import type { RecorderSinks, SentCommand } from './recorder-sinks.ts';

export type ReplayOutcome =
  /** Today's code makes what is recorded. */
  | { readonly kind: 'same' }
  /** Non-determinism: the conversation could not go on with this code. */
  | { readonly kind: 'different'; readonly difference: Difference | undefined; readonly message: string }
  /** The code threw what a workflow must not throw: the conversation would hang. */
  | { readonly kind: 'failed'; readonly message: string };

export interface ReplayOptions {
  readonly bundle: ReplayBundle;
}

/** @throws only what is no finding about the code, e.g. a history that does not begin at the start of its run */
export async function replayHistory({ history, workflowId }: Run, { bundle }: ReplayOptions): Promise<ReplayOutcome> {
  const type = startedBy(history).workflowType?.name ?? 'no type';
  const events = history.events ?? [];
  const sent: { readonly startedEventId: number; readonly commands: readonly SentCommand[] }[] = [];
  const sinks: InjectedSinks<RecorderSinks> = {
    recorder: {
      made: {
        fn: (_info, startedEventId, commands) => void sent.push({ startedEventId, commands }),
        callDuringReplay: true,
      },
    },
  };
  try {
    await Worker.runReplayHistory({ workflowBundle: { code: bundle.code }, sinks }, history, workflowId);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message } = error;
    if (name === 'DeterminismViolationError') {
      const difference = firstDifference(recordedCommands(events), madeCommands(sent));
      return { kind: 'different', difference, message };
    }
    if (name === 'ReplayError') return { kind: 'failed', message: `${message} (workflow type ${type})` };
    throw error;
  }
  const difference = isSettled(events) ? firstUnrecorded(recordedCommands(events), madeCommands(sent)) : undefined;
  if (difference === undefined) return { kind: 'same' };
  return { kind: 'different', difference, message: 'The code makes a command that the history does not hold.' };
}
