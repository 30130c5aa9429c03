/** What the API, the CLI and the sweeper ask of Temporal. */
import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { type ConversationRef, workflowIdOf } from '../core/conversation.ts';
import { CONVERSATION, closeSignal, nudgeSignal } from '../workflows/messages.ts';

export interface Conversations {
  /**
   * Wakes the conversation, starting a run where none is open.
   *
   * @param probablyRuns whether a run is likely open: then it is only signalled, which costs a millisecond less
   * @throws EngineUnavailable
   */
  nudge(conversation: ConversationRef, probablyRuns?: boolean): Promise<void>;
  /** Tells the run, where there is one, to end after what waits has been answered. @throws EngineUnavailable */
  close(conversation: ConversationRef, reason?: string): Promise<void>;
  /** Whether Temporal answers. Never throws. */
  reachable(): Promise<boolean>;
}

/** Temporal did not do what it was asked. What was written to Postgres is kept and done later. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  /** It cannot be reached or is too busy: asking for another conversation would go the same way. */
  readonly away: boolean;

  constructor(message: string, { cause, away = true }: { readonly cause?: unknown; readonly away?: boolean } = {}) {
    super(message, { cause });
    this.away = away;
  }
}

/** The gRPC codes CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED and UNAVAILABLE (grpc.io, "Status codes"). */
const AWAY: ReadonlySet<number> = new Set([1, 4, 8, 14]);

function isAway(error: Error): boolean {
  const reason = isGrpcServiceError(error) ? error : error.cause;
  return isGrpcServiceError(reason) && AWAY.has(reason.code);
}

const DEADLINE_MS = 5_000;

export function conversationsOn(client: Client, taskQueue: string): Conversations {
  const deadline = <T>(work: () => Promise<T>) => client.connection.withDeadline(Date.now() + DEADLINE_MS, work);
  const unavailable = (error: unknown): never => {
    if (isGrpcServiceError(error) || error instanceof ServiceError) {
      throw new EngineUnavailable(`Temporal does not answer: ${error.message}`, { cause: error, away: isAway(error) });
    }
    throw error;
  };
  const start = (conversation: ConversationRef) => ({
    workflowId: workflowIdOf(conversation),
    taskQueue,
    // A run that loses its worker must notice within 2 s; see docs/operating.md.
    workflowTaskTimeout: '2 seconds' as const,
  });
  return {
    async nudge(conversation, probablyRuns = false) {
      if (probablyRuns) {
        const run = client.workflow.getHandle(workflowIdOf(conversation));
        const told = await deadline(() => run.signal(nudgeSignal)).then(
          () => true,
          (error: unknown) => (error instanceof WorkflowNotFoundError ? false : unavailable(error)),
        );
        if (told) return;
      }
      await deadline(() =>
        client.workflow.signalWithStart(CONVERSATION, { ...start(conversation), signal: nudgeSignal }),
      ).catch(unavailable);
    },
    async close(conversation, reason) {
      const run = client.workflow.getHandle(workflowIdOf(conversation));
      await deadline(() => run.signal(closeSignal, reason === undefined ? {} : { reason })).catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) unavailable(error); // nothing runs, nothing has to end
      });
    },
    async reachable() {
      try {
        await client.connection.withDeadline(Date.now() + 2_000, () => client.workflowService.getSystemInfo({}));
        return true;
      } catch {
        return false;
      }
    },
  };
}
