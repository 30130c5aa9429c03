/** An agent whose tools are an MCP server's: the example of docs/tools-from-elsewhere.md. */
import { type AgentHost, defineAgent, mcpTools } from '../../index.ts';

export default async ({ env }: AgentHost) => {
  const orders = await mcpTools({
    name: 'orders',
    server: { command: 'node', args: [env['ORDERS_MCP'] ?? 'orders-mcp.js'] },
    tools: {
      find_order: { permission: 'allow', sideEffect: false, timeout: '5s' },
      'orders/cancel': {
        permission: 'allow',
        name: 'cancel_order',
        description: 'Cancel an order of the customer that was not shipped.',
        authorize: async (_, { customer }) =>
          customer.claims?.['verified'] === true ? undefined : 'The customer has not been verified.',
      },
    },
  });
  const instructions = 'You help customers with their orders. Say only what the tools say.';
  return [defineAgent({ id: 'orders', model: 'gpt-4o-mini', instructions, tools: orders })];
};
