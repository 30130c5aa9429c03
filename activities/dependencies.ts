/** What the activities work with, put together by `workers/`. */
import type { Agent } from '../agents/define.ts';
import type { Database } from '../db/database.ts';
import type { Embedder } from '../guardrails/embedding/embedder.ts';
import type { Crash } from './crash-points.ts';
import type { Model } from './model.ts';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ActivityDependencies {
  readonly database: Database;
  readonly model: Model;
  readonly agents: ReadonlyMap<string, Agent>;
  /** Names this process in leases; unique. */
  readonly holder: string;
  /** After how many milliseconds a quick attempt hands over. Must stay below 80 % of the workflow task timeout. */
  readonly slowAfterMs: number;
  /** How long a call stays reserved after its process last said that it is alive, in milliseconds. */
  readonly leaseMs: number;
  /** How long what is remembered of a turn may stand for a look into Postgres: a third of the workflow task timeout. */
  readonly freshForMs: number;
  readonly log: Log;
  /**
   * The sentence encoder, opened by the first who needs it. Without one, agents with a scope get no message through: an open
   * conversation may have one that its agent has no more.
   */
  readonly embedder?: (() => Promise<Embedder>) | undefined;
  /** Lets tests end the process at a given place. */
  readonly crash?: Crash | undefined;
}
