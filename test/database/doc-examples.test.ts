/** Pure unit tests but for one PGlite in memory and loopback HTTP: the examples of the docs are loaded and run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolContext } from '../../agents/define.ts';
import { migrate } from '../../db/migrate.ts';
import callbackAgents, { migrations } from '../../examples/docs/callbacks.ts';
import { nextBus } from '../../examples/docs/confidence.ts';
import firstAgents from '../../examples/docs/first-agent.ts';
import { playParcelIsLate } from '../../examples/docs/script.ts';
import { answer, follow, read } from '../../examples/docs/service.ts';
import { sendVoucher } from '../../examples/docs/vouchers.ts';
import { agentsOf } from '../../workers/agents-file.ts';
import { startApi, type TestApi } from '../support/api.ts';
import { ask } from '../support/model-call.ts';

const context: ToolContext = {
  idempotencyKey: 'acme/c-1/1/1/1',
  signal: new AbortController().signal,
  tenant: 'acme',
  conversationId: 'c-1',
  customer: { id: 'C-1', claims: { verified: true } },
};

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('the first agent', () => {
  it('has one tool, which the model may call and which changes nothing', () => {
    const [parcels] = firstAgents;
    expect(parcels?.manifest.agent).toBe('parcels');
    expect(
      parcels?.manifest.tools.map(({ name, permission, sideEffect }) => ({ name, permission, sideEffect })),
    ).toEqual([{ name: 'track_parcel', permission: 'allow', sideEffect: false }]);
  });

  it('finds a parcel and says no to one that does not exist', async () => {
    const track = firstAgents[0]?.tools.get('track_parcel');
    expect(await track?.call({ parcel: 'P-1' }, context)).toEqual({
      outcome: 'done',
      confidence: 1,
      data: { where: 'out for delivery' },
    });
    expect(await track?.call({ parcel: 'P-9' }, context)).toMatchObject({ outcome: 'rejected' });
  });
});

describe('the change that can be looked up', () => {
  it('is found under the key that was made from its order, or has not happened', async () => {
    const issued = new Map<string, string>();
    const tool = sendVoucher({
      issue: async (order, reference) => {
        issued.set(reference, `V-${order}`);
        return `V-${order}`;
      },
      find: async (reference) => issued.get(reference),
    });
    expect(await tool.reconcile?.({ order: 'O-1' }, context)).toBe('did_not_happen');
    expect(await tool.call({ order: 'O-1' }, context)).toMatchObject({ outcome: 'done', data: { voucher: 'V-O-1' } });
    expect(await tool.reconcile?.({ order: 'O-1' }, context)).toMatchObject({ data: { voucher: 'V-O-1' } });
    expect(await tool.reconcile?.({ order: 'O-2' }, context)).toBe('did_not_happen');
  });
});

describe('the agent that changes something', () => {
  beforeAll(() => migrate(api.database, migrations));

  async function tool() {
    const { database } = api;
    const [callbacks] = await agentsOf(
      { default: callbackAgents },
      { database, env: { HANDBACK_MODEL: 'some-model' } },
    );
    expect(callbacks?.manifest.model).toEqual({ name: 'some-model', timeoutMs: 60_000, temperature: 0.2 });
    return callbacks?.tools.get('request_callback');
  }

  it('changes it once for its idempotency key', async () => {
    const request = await tool();
    const first = await request?.call({ phone: '+15550100' }, context);
    expect(await request?.call({ phone: '+15550100' }, context)).toEqual(first);
    const rows = await api.database.query({ name: 'test_callbacks', text: 'SELECT customer, phone FROM callbacks' });
    expect(rows).toEqual([{ customer: 'C-1', phone: '+15550100' }]);
  });

  it('denies the call for a customer whom the calling service has not verified', async () => {
    const request = await tool();
    const stranger = { ...context, idempotencyKey: 'acme/c-2/1/1/1', customer: { id: 'C-2' } };
    expect(await request?.call({ phone: '+15550100' }, stranger)).toMatchObject({ outcome: 'denied' });
    const rows = await api.database.query({ name: 'test_c2', text: `SELECT FROM callbacks WHERE customer = 'C-2'` });
    expect(rows).toEqual([]);
  });
});

it('the tool that falls back on a timetable says that it is less sure', async () => {
  const bus = nextBus({ live: async () => undefined, planned: (stop) => (stop === 'Mill Lane' ? 12 : undefined) });
  expect(await bus.call({ stop: 'Mill Lane' }, context)).toEqual({
    outcome: 'done',
    confidence: 0.6,
    data: { minutes: 12 },
  });
  expect(await bus.call({ stop: 'Nowhere' }, context)).toMatchObject({ outcome: 'rejected' });
});

describe('the service', () => {
  it('sends a message, waits for the reply, and follows the conversation until it is closed, and reads it again', async () => {
    const key = await api.key();
    api.onNudge = (conversation) => api.finishTurn(conversation, 'It is on its way.');
    expect(await answer(api.url, key, 'C-1', 'Where is my order?')).toBe('It is on its way.');
    await api.client(key).close('web-C-1');
    const lines = await follow(api.url, key, 'web-C-1');
    expect(lines[0]).toBe('customer: Where is my order?');
    expect(lines.at(-1)).toBe('(replied)');
    expect(await read(api.url, key, 'web-C-1')).toEqual(['customer: Where is my order?', 'agent: It is on its way.']);
  });
});

describe('the script', () => {
  const conversation = { tenant: 'acme', id: 'c-1' };

  it('asks for the tool, breaks once and then replies', async () => {
    const said = await playParcelIsLate(async ({ url }) => {
      const first = await ask(url, { conversation, step: 1 });
      expect(first.toolCalls.map((call) => call.name)).toEqual(['track_parcel']);
      await expect(ask(url, { conversation, step: 2 })).rejects.toThrow('upstream_degraded');
      return (await ask(url, { conversation, step: 2 })).text ?? '';
    });
    expect(said).toBe('Your parcel is at the depot.');
  });

  it('fails a test that stops before it is played out', async () => {
    await expect(playParcelIsLate(async () => 'nothing')).rejects.toThrow('unused');
  });
});
