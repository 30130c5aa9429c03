/** Agents file: the support agent, with a carrier whose tracking service fails twice before it answers. For `npm run demo`. */
import type { Agent, Tool } from '../../agents/define.ts';
import type { AgentHost } from '../../agents/module.ts';
import { supportAgent } from '../../agents/support/agent.ts';
import { createShop } from '../../agents/support/shop.ts';
import { FailureError } from '../../core/failure.ts';

export const migrations = { support: new URL('../../agents/support/migrations/', import.meta.url) };

const FAILS = 2;

export default ({ database }: AgentHost): readonly Agent[] => {
  const agent = supportAgent(createShop(database), 'stand-in');
  const tracking = agent.tools.get('track_shipment');
  if (tracking === undefined) throw new Error('The support agent has no track_shipment any more; the demo needs it.');
  return [{ ...agent, tools: new Map([...agent.tools, ['track_shipment', flaky(tracking)]]) }];
};

/** The tool itself knows nothing of it: this is what its service does. */
function flaky(tool: Tool): Tool {
  const tried = new Map<string, number>();
  return {
    manifest: tool.manifest,
    call(input, context) {
      const attempt = (tried.get(context.idempotencyKey) ?? 0) + 1;
      tried.set(context.idempotencyKey, attempt);
      if (attempt > FAILS) return tool.call(input, context);
      throw new FailureError({ kind: 'upstream_degraded', message: 'The carrier answered 503.', status: 503 });
    },
  };
}
