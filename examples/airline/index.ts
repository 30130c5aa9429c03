/**
 * The airline's agent: the policy, records and tool descriptions come from a directory read at run time, the tools are
 * written here, and every conversation changes only its own copy of the records.
 */
import { join } from 'node:path';
import { type Agent, defineAgent } from '../../agents/define.ts';
import type { AgentHost } from '../../agents/module.ts';
import type { PermissionSpec } from '../../agents/rules.ts';
import { AIRLINE_TOOLS, type Execute } from './catalogue.ts';
import { AirlineDataError, airlineDirectory, projectRoot, readAirline } from './data.ts';
import { AIRLINE_POLICY } from './policy.ts';
import { type AirlineStore, airlineStore } from './store.ts';
import { type BaseData, worldOver } from './world.ts';

/** @throws AirlineDataError where the data is absent or has another shape */
export default function airline(host: AgentHost): readonly Agent[] {
  const directory = airlineDirectory(host.env);
  const { base, policy, descriptions } = readAirline(directory);
  const execute = executeIn(base, airlineStore(host.database, base));
  const tools = (permissionOf: (name: string) => PermissionSpec) =>
    AIRLINE_TOOLS.map((tool) => {
      const description = descriptions.get(tool.name);
      if (description === undefined)
        throw new AirlineDataError(`${directory}/tools.json does not describe "${tool.name}".`);
      return tool.define(description, execute, permissionOf(tool.name));
    });
  const common = {
    model: host.env['HANDBACK_MODEL'] ?? 'gpt-4o',
    instructions: policy,
    // real conversations took up to 26 model calls in one turn and showed the model up to 61 messages
    limits: { steps: 40, windowRows: 200, windowTokens: 64_000 },
  };
  // Customers confirm the dates of birth of those they book for.
  const pii = { actions: { birth_date: 'pass' } } as const;
  return [
    // As it was recorded: nothing but the policy's text keeps the model from anything.
    defineAgent({ ...common, id: 'airline', tools: tools(() => 'allow'), guardrails: { pii } }),
    // The same with the policy as rules, which hold whatever the model makes of the text.
    defineAgent({
      ...common,
      id: 'airline-governed',
      instructions: `${policy}\n\n${ASKED_BY_THE_PLATFORM}`,
      tools: tools((name) => AIRLINE_POLICY[name]?.rules ?? 'deny'),
      guardrails: { pii, facts: 'on' },
      escalation: {},
    }),
  ];
}

const ASKED_BY_THE_PLATFORM =
  'The platform asks the user for their yes before every change, with the exact details. Call the tool at once; do not ask yourself.';

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
