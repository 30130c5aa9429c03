/** The examples of docs/tools-from-elsewhere.md, loaded and run. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { cancelParcel } from '../../examples/docs/http-tool.ts';
import orders from '../../examples/docs/mcp-tools.ts';
import { agentsOf } from '../../workers/agents-file.ts';
import { failureOf, toolContext } from '../support/tool-call.ts';

it('the request to a JSON API does not reach this machine', async () => {
  const cancel = cancelParcel({ url: 'http://127.0.0.1:1', key: 'k' });
  expect(cancel.manifest).toMatchObject({ name: 'cancel_parcel', sideEffect: true, idempotent: true });
  expect((await failureOf(cancel.call({ parcel: 'P-1' }, toolContext()))).kind).toBe('permission_denied');
});

it('the agent with an MCP server is loaded from a file that exports an async function', async () => {
  const script = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url));
  const [agent] = await agentsOf({ default: orders }, { database: {} as never, env: { ORDERS_MCP: script } });
  const allowed = agent?.manifest.tools.filter(({ permission }) => permission === 'allow').map(({ name }) => name);
  expect(allowed).toEqual(['find_order', 'cancel_order']);
  const find = agent?.tools.get('find_order');
  expect(await find?.call({ orderId: 'O-1' }, toolContext())).toMatchObject({
    outcome: 'done',
    data: { status: 'open' },
  });
  expect((await agent?.tools.get('cancel_order')?.call({}, toolContext()))?.outcome).toBe('denied');
});
