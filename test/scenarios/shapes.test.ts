/**
 * One conversation of each shape a history can have. With HANDBACK_RECORD_HISTORIES=1 each leaves its history in
 * `test/histories/`, on which every later version of the workflow code is replayed.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { freePorts } from '../../services/ports.ts';
import { startTemporal } from '../../services/temporal.ts';
import { callTools, fault, reply } from '../../stand-in/steps.ts';
import { customerMessageSignal } from '../../workflows/messages.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

const echo = defineTool({
  name: 'echo',
  description: 'Says it again, after a while if asked to.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ text: z.string(), afterMs: z.number().optional() }),
  output: z.string(),
  async run({ text, afterMs = 0 }) {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    return { data: text, confidence: 0.9 };
  },
});
const broken = defineTool({
  name: 'broken',
  description: 'Never works.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({}),
  output: z.string(),
  run: async () => {
    throw new Error('out of order');
  },
});
const parrot = defineAgent({
  id: 'parrot',
  model: 'test-model',
  instructions: 'Repeat.',
  tools: [echo, broken],
  limits: { steps: 3 },
});

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
const say = (text: string) => ({ name: 'echo', arguments: { text } });
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [parrot], slowAfterMs: 300 });
  await platform.startWorker();
});
afterAll(() => platform.stop());

/** One message to a conversation whose model follows `steps`. */
async function turnOf(conversation: string, steps: Parameters<Platform['standIn']['script']>[1]) {
  platform.standIn.script(platform.nameOf(conversation), steps);
  const turn = await platform.client.send(conversation, { text: 'Hello', ...FIRST }, { wait: 30_000 });
  platform.standIn.assertFinished(platform.nameOf(conversation));
  return turn;
}

const handleOf = (conversation: string) => platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation));

async function ended(conversation: string, status: string): Promise<void> {
  await until(`the run is ${status}`, async () => (await handleOf(conversation).describe()).status.name === status);
}

it.each([
  ['plain', [reply('Hi.')], 'replied'],
  ['one-tool', [callTools([say('a')]), reply('Done.')], 'replied'],
  ['two-steps', [callTools([say('a')]), callTools([say('b')], 'One moment.'), reply('Done.')], 'replied'],
  ['parallel-tools', [callTools([say('a'), say('b'), say('c')]), reply('Done.')], 'replied'],
  ['slow-model', [reply('At last.', { delayMs: 900 })], 'replied'],
  ['slow-tool', [callTools([{ name: 'echo', arguments: { text: 'a', afterMs: 900 } }]), reply('Done.')], 'replied'],
  ['model-tried-again', [fault('server_error_500'), fault('conflict_409'), reply('Back.')], 'replied'],
  ['broken-tool', [callTools([{ name: 'broken', arguments: {} }]), reply('Sorry.')], 'replied'],
  ['unknown-tool', [callTools([{ name: 'nothing', arguments: {} }]), reply('Sorry.')], 'replied'],
  ['failed', [fault('authentication_401')], 'failed'],
  ['refused', [fault('refusal')], 'refused'],
  ['too-many-steps', [1, 2, 3].map((n) => callTools([say(`${n}`)])), 'failed'],
] as const)('%s', async (conversation, steps, outcome) => {
  expect((await turnOf(conversation, steps)).outcome).toBe(outcome);
  await keepHistory(platform, conversation);
});

it('several messages at once', async () => {
  platform.standIn.script(
    platform.nameOf('queued'),
    [1, 2, 3].map((n) => reply(`answer ${n}`)),
  );
  const sends = [1, 2, 3].map((n) =>
    platform.client.send('queued', { text: `message ${n}`, ...FIRST }, { wait: 30_000 }),
  );
  expect((await Promise.all(sends)).map((turn) => turn.outcome)).toEqual(['replied', 'replied', 'replied']);
  await keepHistory(platform, 'queued');
});

it('a message through the Temporal door, and one that is refused', async () => {
  platform.standIn.script(platform.nameOf('door'), [reply('Hi.')]);
  await platform.temporal.workflow.signalWithStart('conversation', {
    workflowId: platform.workflowIdOf('door'),
    taskQueue: platform.taskQueue,
    signal: customerMessageSignal,
    signalArgs: [{ messageId: 'm1', text: 'Hello', ...FIRST }],
  });
  await until('it is answered', async () => (await transcriptOf(platform, 'door')).length === 2);
  await handleOf('door').signal(customerMessageSignal, { messageId: 'm1', text: 'Another text' });
  await until('it is refused', async () => {
    const rows = await platform.database.query(
      { name: 'test_refused', text: `SELECT id FROM audit WHERE action = 'message.refused' AND subject = $1` },
      ['conversation:door'],
    );
    return rows.length === 1;
  });
  await keepHistory(platform, 'door');
});

it('closed', async () => {
  await turnOf('closed', [reply('Hi.')]);
  await platform.client.close('closed', 'solved');
  await ended('closed', 'COMPLETED');
  await keepHistory(platform, 'closed');
});

it('cancelled in the middle of a turn', async () => {
  platform.standIn.script(platform.nameOf('cancelled'), [
    reply('word '.repeat(200), { chunkDelayMs: 100, chunks: 100 }),
  ]);
  const answer = platform.client.send('cancelled', { text: 'Hello', ...FIRST }, { wait: 30_000 });
  await until('the model is asked', () => platform.standIn.calls.count(platform.nameOf('cancelled')) === 1);
  await handleOf('cancelled').cancel();
  expect((await answer).outcome).toBe('failed');
  await ended('cancelled', 'CANCELLED');
  await keepHistory(platform, 'cancelled');
});

it('a worker that dies in the middle of a turn', async () => {
  platform.standIn.script(platform.nameOf('interrupted'), [callTools([say('a')]), reply('Done.', { delayMs: 600 })]);
  const answer = platform.client.send('interrupted', { text: 'Hello', ...FIRST }, { wait: 40_000 });
  await until('the second step is under way', () => platform.standIn.calls.count(platform.nameOf('interrupted')) === 2);
  await platform.stopWorkers();
  await platform.startWorker();
  expect((await answer).reply).toBe('Done.');
  await keepHistory(platform, 'interrupted');
}, 90_000);

it('continued as new', async () => {
  const [port = 0] = await freePorts(1);
  const server = await startTemporal({
    binary: inject('temporalBinary'),
    port,
    logFile: join(inject('runDir'), 'shapes', 'temporal.log'),
    dynamicConfig: ['limit.historyCount.suggestContinueAsNew=30'],
  });
  const own = await startPlatform({ agents: () => [parrot], temporalAddress: server.address });
  await own.startWorker();
  own.standIn.script(
    own.nameOf('renewed'),
    Array.from({ length: 8 }, (_, n) => reply(`answer ${n + 1}`)),
  );
  for (let n = 1; n <= 8; n++) {
    const turn = await own.client.send('renewed', { text: `message ${n}`, ...FIRST }, { wait: 30_000 });
    expect(turn.reply).toBe(`answer ${n}`);
  }
  await keepHistory(own, 'renewed');
  await own.stop();
  await server.stop();
});
