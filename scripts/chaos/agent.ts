/**
 * The airline's agent with one tool that flaps, and with little patience for a silent model. For chaos only: which tool, and
 * when, stands in its worker's environment.
 */
import { appendFileSync } from 'node:fs';
import { type Agent, defineAgent, type Tool } from '../../agents/define.ts';
import type { AgentHost } from '../../agents/module.ts';
import airline from '../../examples/airline/index.ts';

export { migrations } from '../../examples/airline/index.ts';

export interface Flapping {
  readonly tool: string;
  /** It is down for the first `downMs` of every `everyMs`. */
  readonly everyMs: number;
  readonly downMs: number;
  /** This file gets a line for every call that failed. */
  readonly log: string;
}

/** What a worker finds in its environment. */
export function flapEnv({ tool, everyMs, downMs, log }: Flapping): Readonly<Record<string, string>> {
  return { CHAOS_FLAP: `${tool}:${everyMs}:${downMs}`, CHAOS_FLAP_LOG: log };
}

/** Faults that hang would otherwise hang for two minutes each. */
const MODEL_TIMEOUT = '3s';

export default function chaos(host: AgentHost): readonly Agent[] {
  const [flapping = '', every = '', down = ''] = (host.env['CHAOS_FLAP'] ?? '').split(':');
  const log = host.env['CHAOS_FLAP_LOG'];
  const isDown = () => Date.now() % Number(every) < Number(down);
  const note = () => (log === undefined ? undefined : appendFileSync(log, `${Date.now()}\n`));
  return airline(host).map(({ id, manifest, tools }) => {
    if (flapping !== '' && !tools.has(flapping))
      throw new Error(`CHAOS_FLAP names ${flapping}, which is no tool of it.`);
    return defineAgent({
      id,
      model: { name: manifest.model.name, timeout: MODEL_TIMEOUT },
      instructions: manifest.instructions,
      limits: manifest.limits,
      tools: [...tools].map(([name, tool]) => (name === flapping ? flap(tool, isDown, note) : tool)),
    });
  });
}

/** While it is down, every other call does its work and loses the answer: the harder half of what services do. */
function flap(tool: Tool, isDown: () => boolean, note: () => void): Tool {
  let failures = 0;
  return {
    ...tool,
    async call(rawArguments, context) {
      if (!isDown()) return tool.call(rawArguments, context);
      failures += 1;
      note();
      if (failures % 2 === 0) await tool.call(rawArguments, context);
      throw new Error('The service behind this tool is down.');
    },
  };
}
