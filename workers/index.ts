/**
 * `handback/worker`: for services that run the worker in a process of their own. Most need none of this:
 * `handback worker` does it, with `HANDBACK_AGENTS` naming the file of agents.
 */
export type { Log } from '../activities/dependencies.ts';
export { createModel, type Model } from '../activities/model.ts';
export type { ModelSettings, ProviderSettings } from '../activities/model-clients.ts';
export { migrate, PLATFORM_MIGRATIONS } from '../db/migrate.ts';
export { openPool, type PoolOptions } from '../db/pool.ts';
export { type Conversations, conversationsOn } from '../engine/conversations.ts';
export { agentsOf, importAgents } from './agents-file.ts';
export { type EncoderFiles, type LazyEmbedder, lazyEmbedder } from './scopes.ts';
export { type Sweeper, startSweeper } from './sweeper.ts';
export { createWorker, type WorkerDependencies } from './worker.ts';
