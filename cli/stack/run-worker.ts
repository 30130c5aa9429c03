/** Worker and sweeper as a running part: of `handback worker`, and of `handback start`. */
import type { WorkerOptions } from '@temporalio/worker';
import type { Model } from '../../activities/model.ts';
import type { Agent } from '../../agents/define.ts';
import type { AgentsModule } from '../../agents/module.ts';
import { warningsOf } from '../../agents/rules.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import { workerConnection } from '../../engine/connection.ts';
import type { Conversations } from '../../engine/conversations.ts';
import type { Logger } from '../../telemetry/log.ts';
import { agentsOf } from '../../workers/agents-file.ts';
import { crashAt } from '../../workers/crash.ts';
import { type EncoderFiles, lazyEmbedder } from '../../workers/scopes.ts';
import { startSweeper } from '../../workers/sweeper.ts';
import { createWorker } from '../../workers/worker.ts';
import { CommandError } from '../failure.ts';

export interface WorkerParts {
  readonly config: Config;
  readonly temporal: Config['temporal'] & { readonly address: string };
  readonly database: Database;
  readonly conversations: Conversations;
  /** The model for the agents of the file. */
  readonly modelFor: (agents: readonly Agent[]) => Model;
  readonly module: AgentsModule;
  /** Asked only where an agent has a scope. */
  readonly encoderFiles: () => Promise<EncoderFiles>;
  readonly log: Logger;
  readonly options?: Partial<WorkerOptions>;
}

export interface RunningWorker {
  /** The agents it serves. */
  readonly agents: readonly string[];
  /** Resolves when it has ended because `stop` was called; rejects when it ended for any other reason. */
  readonly ended: Promise<void>;
  /** Finishes what is in hand, then ends. */
  stop(): Promise<void>;
}

/** @throws when Temporal or Postgres cannot be reached, the agents file is wrong, or what its guardrails need is missing */
export async function runWorker(parts: WorkerParts): Promise<RunningWorker> {
  const { config, temporal, database, conversations, log } = parts;
  const agents = await agentsOf(parts.module, { database, env: config.env });
  const embedder = lazyEmbedder(parts.encoderFiles);
  for (const warning of agents.flatMap(({ manifest }) => warningsOf(manifest))) log.warn({}, warning);
  const connection = await workerConnection(temporal);
  try {
    const worker = await createWorker({
      connection,
      namespace: temporal.namespace,
      taskQueue: temporal.taskQueue,
      database,
      model: parts.modelFor(agents),
      agents,
      log,
      embedder: embedder.open,
      slowAfterMs: config.slowAfterMs,
      cachedWorkflows: config.cachedWorkflows,
      deployment: config.deployment,
      crash: crashAt(config.crashAt),
      ...(parts.options === undefined ? {} : { options: parts.options }),
    });
    const sweeper = startSweeper(database, conversations, log);
    let stopping = false;
    const ended = worker.run().then(
      () => {
        if (!stopping) throw new Error('The worker ended by itself.');
      },
      (error: unknown) => {
        throw new Error(`The worker failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      },
    );
    // Whoever waits for it gets the failure; it is not to end the process before that.
    ended.catch(() => undefined);
    return {
      agents: agents.map(({ id }) => id),
      ended,
      async stop() {
        if (!stopping) {
          stopping = true;
          if (worker.getState() === 'RUNNING') worker.shutdown();
        }
        await Promise.all([sweeper.stop(), ended.catch(() => undefined)]);
        await Promise.all([connection.close(), embedder.close()]);
      },
    };
  } catch (error) {
    await Promise.all([connection.close(), embedder.close()]);
    throw namespaceProblem(error, temporal) ?? error;
  }
}

function namespaceProblem(error: unknown, { namespace, address }: WorkerParts['temporal']): CommandError | undefined {
  if (!(error instanceof Error && error.message.includes(`Namespace ${namespace} was not found`))) return undefined;
  return new CommandError(
    `Temporal at ${address} has no namespace "${namespace}". Correct TEMPORAL_NAMESPACE, or make it with: ` +
      `temporal operator namespace create --address ${address} --namespace ${namespace}`,
  );
}
