/** Calls that change something, on a platform where their processes and runs come to an end in the middle. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool, type ToolContext } from '../../agents/define.ts';
import { intendEffect } from '../../db/effects.ts';
import { callTools, reply } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

/** What the tool does this time it runs; the runs so far. */
let work: (context: ToolContext) => Promise<string>;
let ran: string[] = [];

const tool = (name: string, idempotent: boolean) =>
  defineTool({
    name,
    description: 'Changes something.',
    permission: 'allow',
    sideEffect: true,
    idempotent,
    timeout: '5s',
    input: z.object({}),
    output: z.string(),
    async run(_, context) {
      ran.push(context.idempotencyKey);
      return { data: await work(context), confidence: 1 };
    },
  });
const tools = [tool('pay', false), tool('pay_once', true)];
const agent = defineAgent({ id: 'till', model: 'test-model', instructions: 'Take money.', tools });
const FIRST = { agent: 'till', customer: { id: 'C-1' } };

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent], slowAfterMs: 300 });
});
afterAll(() => platform.stop());
beforeEach(async () => {
  ran = [];
  work = async () => 'paid';
  await platform.stopWorkers();
  await platform.startWorker();
});

function send(conversation: string, name: string) {
  platform.standIn.script(platform.nameOf(conversation), [callTools([{ name, arguments: {} }]), reply('Well.')]);
  return platform.client.send(conversation, { text: 'Pay', ...FIRST }, { wait: 40_000 });
}

async function effectOf(conversation: string) {
  const [row] = await platform.database.query<{ state: string; attempts: number }>(
    { name: 'test_effect_of', text: 'SELECT state, attempts FROM effects WHERE tenant = $1 AND conversation = $2' },
    [platform.tenant, conversation],
  );
  return row;
}

const toolRowOf = async (conversation: string) =>
  (await transcriptOf(platform, conversation)).find((row) => row.role === 'tool');

/** What a process leaves that dies in the first tool call of the first turn. */
async function diedInTheCall(conversation: string, name: string): Promise<void> {
  const key = { turn: 1, step: 1, call: 1 };
  const of = { tenant: platform.tenant, id: conversation };
  await intendEffect(platform.database, of, key, `${platform.nameOf(conversation)}/1/1/1`, name);
}

it('does not make a change again whose process died in the middle, and tells the model so', async () => {
  await diedInTheCall('died', 'pay');
  expect((await send('died', 'pay')).reply).toBe('Well.');
  expect(ran).toEqual([]);
  expect(await toolRowOf('died')).toMatchObject({ outcome: 'unknown', failure: { kind: 'effect_unknown' } });
  expect(await effectOf('died')).toMatchObject({ state: 'unknown' });
});

it('makes it again under its key where the tool is idempotent', async () => {
  await diedInTheCall('died-once', 'pay_once');
  await send('died-once', 'pay_once');
  expect(ran).toEqual([`${platform.nameOf('died-once')}/1/1/1`]);
  expect(await effectOf('died-once')).toEqual({ state: 'done', attempts: 2 });
});

it('makes a change that broke once, and an idempotent one until it works', async () => {
  work = async () => (ran.length === 1 ? Promise.reject(new Error('out of order')) : 'paid');
  await send('broke', 'pay');
  expect(ran).toHaveLength(1);
  expect(await toolRowOf('broke')).toMatchObject({ outcome: 'unknown', failure: { kind: 'tool_error' }, attempts: 1 });
  ran = [];
  await send('broke-once', 'pay_once');
  expect(ran).toHaveLength(2);
  expect(await toolRowOf('broke-once')).toMatchObject({ outcome: 'done', attempts: 2 });
});

it('keeps that a change is in doubt when its run is cancelled in the middle', async () => {
  work = () => new Promise(() => undefined);
  const answer = send('cancelled', 'pay_once');
  const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf('cancelled'));
  await until('the call is a regular activity', async () => {
    if (ran.length === 0) return false;
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some((activity) => activity.lastStartedTime != null);
  });
  await handle.cancel();
  expect((await answer).outcome).toBe('failed');
  expect(await toolRowOf('cancelled')).toMatchObject({ outcome: 'unknown', failure: { kind: 'cancelled' } });
  expect(await effectOf('cancelled')).toMatchObject({ state: 'unknown' });
});

it.each([
  ['makes an idempotent change again elsewhere', 'pay_once', 2, 'done'],
  ['does not make another change again', 'pay', 1, 'unknown'],
] as const)('%s when its worker shuts down in the middle', async (_what, name, runs, outcome) => {
  work = () => (ran.length > 1 ? Promise.resolve('paid') : new Promise(() => undefined));
  const conversation = `shutdown-${runs}`;
  const answer = send(conversation, name);
  const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation));
  await until('the call is a regular activity', async () => {
    if (ran.length === 0) return false;
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some((activity) => activity.lastStartedTime != null);
  });
  await platform.stopWorkers();
  await platform.startWorker();
  expect((await answer).reply).toBe('Well.');
  expect(ran).toHaveLength(runs);
  expect(await toolRowOf(conversation)).toMatchObject({ outcome });
  expect(await effectOf(conversation)).toMatchObject({ state: outcome });
});
