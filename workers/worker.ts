/** Puts a worker together: database, model and agents in, a running worker out. */
import { hostname } from 'node:os';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Crash } from '../activities/crash-points.ts';
import type { Log } from '../activities/dependencies.ts';
import { createActivities } from '../activities/index.ts';
import type { Model } from '../activities/model.ts';
import type { Agent } from '../agents/define.ts';
import { registerAgents } from '../db/agents.ts';
import type { Database } from '../db/database.ts';
import type { Embedder } from '../guardrails/embedding/embedder.ts';
import { workflowBundle } from './bundle.ts';
import { requireProviders } from './providers.ts';
import { prepareScopes } from './scopes.ts';

export interface WorkerDependencies {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly database: Database;
  readonly model: Model;
  readonly agents: readonly Agent[];
  readonly log: Log;
  /** The sentence encoder, see `lazyEmbedder`; agents with `guardrails.scope` need it. */
  readonly embedder?: (() => Promise<Embedder>) | undefined;
  readonly slowAfterMs: number;
  readonly cachedWorkflows?: number | undefined;
  readonly deployment?: { readonly name: string; readonly buildId: string } | undefined;
  /** What ends the process in the middle of a turn, in tests. */
  readonly crash?: Crash | undefined;
  /** What tests and benchmarks set beside. */
  readonly options?: Partial<WorkerOptions>;
}

/** Conversations are started with it, see `engine/conversations.ts`. */
const WORKFLOW_TASK_TIMEOUT_MS = 2_000;
/** A call is given up three renewals after its process stopped saying that it is alive. */
const LEASE_MS = 3_000;

/**
 * Registers the agents, then connects.
 * @throws when `model` does not know a provider that an agent names, an agent has a scope and there is no encoder, or Temporal
 *   or Postgres cannot be reached
 */
export async function createWorker(deps: WorkerDependencies): Promise<Worker> {
  requireProviders(deps.agents, deps.model);
  await prepareScopes(deps.agents, deps.embedder);
  const agents = new Map(deps.agents.map((agent) => [agent.id, agent]));
  await registerAgents(
    deps.database,
    deps.agents.map((agent) => agent.manifest),
  );
  const holder = `${hostname()}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  return Worker.create({
    connection: deps.connection,
    namespace: deps.namespace,
    taskQueue: deps.taskQueue,
    workflowBundle: await workflowBundle(),
    activities: createActivities({
      database: deps.database,
      model: deps.model,
      agents,
      holder,
      slowAfterMs: deps.slowAfterMs,
      leaseMs: LEASE_MS,
      freshForMs: WORKFLOW_TASK_TIMEOUT_MS / 3,
      log: deps.log,
      embedder: deps.embedder,
      crash: deps.crash,
    }),
    identity: holder,
    // After a crash the first workflow task waits this long for the dead worker's own queue; the default is 10 s.
    stickyQueueScheduleToStartTimeout: '1 second',
    // A local activity holds its workflow task's slot for as long as it runs.
    maxConcurrentWorkflowTaskExecutions: 500,
    maxConcurrentLocalActivityExecutions: 500,
    maxConcurrentActivityTaskExecutions: 500,
    // How late a cancellation reaches a running call: heartbeats bring it, and they are sent this often.
    maxHeartbeatThrottleInterval: '500 milliseconds',
    defaultHeartbeatThrottleInterval: '500 milliseconds',
    // What is in flight at SIGTERM may end within this; then it is aborted and made again elsewhere.
    shutdownGraceTime: '10 seconds',
    ...(deps.cachedWorkflows === undefined ? {} : { maxCachedWorkflows: deps.cachedWorkflows }),
    ...(deps.deployment === undefined ? {} : { workerDeploymentOptions: versioning(deps.deployment) }),
    ...deps.options,
  });
}

function versioning({ name, buildId }: { readonly name: string; readonly buildId: string }) {
  return {
    useWorkerVersioning: true as const,
    version: { deploymentName: name, buildId },
    // A conversation stays on the version it began with until its next run; see workflows/conversation.ts.
    defaultVersioningBehavior: 'PINNED' as const,
  };
}
