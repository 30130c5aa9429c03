/** What a file of agents exports, and what it gets. */
import type { Database } from '../db/database.ts';
import type { Agent } from './define.ts';

export interface AgentHost {
  /** The platform's database, for agents that keep their data beside it. */
  readonly database: Database;
  /** The environment, so that agent files need not read it themselves. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The shape of an agents file: `export default` a list, or a function from the host to a list. `migrations` are folders
 * of SQL files (absolute paths or file URLs) to apply before the agents are loaded, by a name that is unique.
 */
export interface AgentsModule {
  readonly default: readonly Agent[] | ((host: AgentHost) => readonly Agent[] | Promise<readonly Agent[]>);
  readonly migrations?: Readonly<Record<string, string | URL>>;
}
