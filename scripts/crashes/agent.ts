/** The agents file of the workers that are killed. CRASHES_BACKEND is where `backend.ts` listens. */
import { z } from 'zod';
import {
  type Agent,
  defineAgent,
  defineTool,
  type Tool,
  type ToolContext,
  type ToolSpec,
} from '../../agents/define.ts';
import type { AgentHost } from '../../agents/module.ts';
import type { Way } from './plan.ts';

interface Order {
  readonly order: string;
}

const input = z.object({ order: z.string() });
const output = z.object({ receipt: z.string() });
const times = z.object({ times: z.number() });

export default function agents({ env }: AgentHost): readonly Agent[] {
  const backend = env['CRASHES_BACKEND'] ?? '';
  const tools = [
    pay(backend, 'once', { idempotent: true }),
    pay(backend, 'checked', { reconcile: lookAt(backend) }),
    pay(backend, 'twice', { reconcile: lookAt(backend), effectKey: ({ order }) => order }),
    pay(backend, 'plain', {}),
  ];
  return [defineAgent({ id: 'till', model: 'stand-in', instructions: 'Take money.', tools })];
}

type Hooks = Pick<ToolSpec<Order, z.output<typeof output>>, 'idempotent' | 'reconcile' | 'effectKey'>;

function pay(backend: string, way: Way, hooks: Hooks): Tool {
  return defineTool({
    name: way,
    description: 'Takes the money for an order.',
    permission: 'allow',
    sideEffect: true,
    timeout: '10s',
    input,
    output,
    async run({ order }, { idempotencyKey, signal }) {
      const response = await fetch(`${backend}/${way === 'once' ? 'once' : 'count'}/${order}`, {
        method: 'POST',
        headers: { 'idempotency-key': idempotencyKey },
        signal,
      });
      return { data: output.parse(await response.json()), confidence: 1 };
    },
    ...hooks,
  });
}

function lookAt(backend: string): NonNullable<Hooks['reconcile']> {
  return async ({ order }: Order, { idempotencyKey, signal }: ToolContext) => {
    const response = await fetch(`${backend}/keys/${encodeURIComponent(idempotencyKey)}`, { signal });
    const found = times.parse(await response.json());
    return found.times > 0 ? { happened: true, data: { receipt: `R-${order}` } } : { happened: false };
  };
}
