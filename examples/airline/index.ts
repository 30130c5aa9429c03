/**
 * The airline's agent: the policy, records and tool descriptions come from a directory read at run time, the tools are
 * written here, and every conversation changes only its own copy of the records.
 */
import { join } from 'node:path';
import { type Agent, defineAgent } from '../../agents/define.ts';
import type { AgentHost } from '../../agents/module.ts';
import { AIRLINE_TOOLS, type Execute } from './catalogue.ts';
import { AirlineDataError, airlineDirectory, projectRoot, readAirline } from './data.ts';
import { type AirlineStore, airlineStore } from './store.ts';
import { type BaseData, worldOver } from './world.ts';

/** @throws AirlineDataError where the data is absent or has another shape */
export default function airline(host: AgentHost): readonly Agent[] {
  const directory = airlineDirectory(host.env);
  const { base, policy, descriptions } = readAirline(directory);
  const execute = executeIn(base, airlineStore(host.database, base));
  const tools = AIRLINE_TOOLS.map((tool) => {
    const description = descriptions.get(tool.name);
    if (description === undefined)
      throw new AirlineDataError(`${directory}/tools.json does not describe "${tool.name}".`);
    return tool.define(description, execute);
  });
  return [
    defineAgent({
      id: 'airline',
      model: host.env['HANDBACK_MODEL'] ?? 'gpt-4o',
      instructions: policy,
      tools,
      // real conversations took up to 26 model calls in one turn and showed the model up to 61 messages
      limits: { steps: 40, windowRows: 200, windowTokens: 64_000 },
      // Customers confirm the dates of birth of those they book for.
      guardrails: { pii: { actions: { birth_date: 'pass' } } },
    }),
  ];
}

/** SQL is not compiled, so it is found from the project's folder, not from this file's. */
export const migrations = { airline: join(projectRoot(), 'examples/airline/migrations') };

function executeIn(base: BaseData, store: AirlineStore): Execute {
  const untouched = worldOver(base, []);
  return async ({ tool, access, context }, run) => {
    const conversation = { tenant: context.tenant, id: context.conversationId };
    switch (access) {
      case 'none':
        return run(untouched);
      case 'read':
        return store.read(conversation, run);
      case 'change':
        return store.change({ conversation, idempotencyKey: context.idempotencyKey, tool }, run);
    }
  };
}
