/** Loads the file of agents a worker serves. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Agent } from '../agents/define.ts';
import { DefinitionError } from '../agents/definition-error.ts';
import type { AgentHost, AgentsModule } from '../agents/module.ts';

/** @param path `undefined` for the example agent */
export async function importAgents(path: string | undefined): Promise<AgentsModule> {
  if (path === undefined) return import('../agents/index.ts');
  const file = resolve(path);
  let loaded: Partial<AgentsModule>;
  try {
    loaded = (await import(pathToFileURL(file).href)) as Partial<AgentsModule>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new DefinitionError(
        'the agents file',
        'is TypeScript',
        'Compile it first, or use Node 22.18 or later.',
        file,
      );
    }
    throw error;
  }
  if (loaded.default === undefined) {
    throw new DefinitionError('the agents file', 'has no default export', 'export default [yourAgent];', file);
  }
  return loaded as AgentsModule;
}

/** @throws DefinitionError when two agents have the same id or there is none */
export async function agentsOf(module: AgentsModule, host: AgentHost): Promise<readonly Agent[]> {
  const agents = typeof module.default === 'function' ? await module.default(host) : module.default;
  const site = 'the agents file';
  if (agents.length === 0) throw new DefinitionError('the list', 'is empty', 'Add an agent to it.', site);
  const seen = new Set<string>();
  for (const { id } of agents) {
    if (seen.has(id)) throw new DefinitionError(`agent "${id}"`, 'is there twice', 'Rename or remove one.', site);
    seen.add(id);
  }
  return agents;
}
