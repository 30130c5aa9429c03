/**
 * Runs that do not go straight on: their worker is lost, they are terminated, they fall silent. Their histories are kept
 * like those of `shapes.test.ts`.
 */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { acceptMessage } from '../../db/inbox.ts';
import { callTools, reply, type StandInStep } from '../../stand-in/steps.ts';
import { CONVERSATION, closeSignal, customerMessageSignal, nudgeSignal } from '../../workflows/messages.ts';
import { startWorkerToCutOff } from '../support/cut-off.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

let failuresLeft = 0;
const moody = defineTool({
  name: 'moody',
  description: 'Breaks as often as the test says.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({}),
  output: z.string(),
  async run() {
    if (failuresLeft-- > 0) throw new Error('out of order');
    return { data: 'in order', confidence: 1 };
  },
});
const agent = defineAgent({ id: 'steady', model: 'test-model', instructions: 'Go on.', tools: [moody] });
const FIRST = { agent: 'steady', customer: { id: 'C-1' } };
const WAIT = { wait: 30_000 };

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [agent], slowAfterMs: 300 });
});
afterAll(() => platform.stop());
beforeEach(async () => void (await platform.startWorker()));
afterEach(() => platform.stopWorkers());

function script(conversation: string, ...steps: StandInStep[]): void {
  platform.standIn.script(platform.nameOf(conversation), steps);
}

const send = (conversation: string, text: string) => platform.client.send(conversation, { text, ...FIRST }, WAIT);
const handleOf = (conversation: string) => platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation));

/** Event types of the newest run; none where there is no run yet. */
async function eventsOf(conversation: string): Promise<readonly string[]> {
  const history = await handleOf(conversation)
    .fetchHistory()
    .catch(() => undefined);
  return (history?.events ?? []).flatMap((event) => Object.keys(event).filter((key) => key.endsWith('Attributes')));
}

async function twoRunsAreVisible(conversation: string): Promise<void> {
  const query = `WorkflowId = "${platform.workflowIdOf(conversation)}"`;
  await until('both runs are visible', async () => (await platform.temporal.workflow.count(query)).count === 2);
}

it('goes on elsewhere when the worker is lost with a workflow task in hand, and asks the model once', async () => {
  await platform.stopWorkers();
  const lost = await startWorkerToCutOff(platform, [agent]);
  script('worker-lost', reply('One.', { delayMs: 600 }), reply('Two.'));
  const answer = send('worker-lost', 'one');
  await until('the model is asked', () => platform.standIn.calls.count(platform.nameOf('worker-lost')) === 1);
  lost.cut();
  await platform.startWorker();
  expect((await answer).reply).toBe('One.');
  await until('the lost task is noticed and made again', async () => {
    const events = await eventsOf('worker-lost');
    return (
      events.includes('workflowTaskTimedOutEventAttributes') && events.includes('workflowTaskCompletedEventAttributes')
    );
  });
  expect((await send('worker-lost', 'two')).reply).toBe('Two.');
  expect(platform.standIn.calls.count(platform.nameOf('worker-lost'))).toBe(2);
  await lost.stop();
  await keepHistory(platform, 'worker-lost');
});

it('does in order what arrives while a workflow task is lost', async () => {
  await platform.stopWorkers();
  const lost = await startWorkerToCutOff(platform, [agent]);
  script('arrived-meanwhile', reply('One.', { delayMs: 700 }), reply('Two.'), reply('Three.'));
  const answer = send('arrived-meanwhile', 'one');
  await until('the model is asked', () => platform.standIn.calls.count(platform.nameOf('arrived-meanwhile')) === 1);
  lost.cut();
  const run = handleOf('arrived-meanwhile');
  await run.signal(nudgeSignal);
  await run.signal(customerMessageSignal, { messageId: 'd2', text: 'two' });
  await run.signal(nudgeSignal);
  await run.signal(customerMessageSignal, { messageId: 'd3', text: 'three' });
  await run.signal(closeSignal, { reason: 'done' });
  await platform.startWorker();
  expect((await answer).reply).toBe('One.');
  await until('the run has ended', async () => (await run.describe()).status.name === 'COMPLETED');
  expect((await transcriptOf(platform, 'arrived-meanwhile')).map((row) => row.text)).toEqual([
    ...['one', 'One.', 'two', 'Two.', 'three', 'Three.'],
  ]);
  await lost.stop();
  await keepHistory(platform, 'arrived-meanwhile');
});

it('answers a message that comes while the model is slow, in the next turn', async () => {
  script('message-meanwhile', reply('One.', { delayMs: 1_200 }), reply('Two.'));
  const one = send('message-meanwhile', 'one');
  await until('the call is a regular activity', async () =>
    (await eventsOf('message-meanwhile')).includes('activityTaskScheduledEventAttributes'),
  );
  const two = await send('message-meanwhile', 'two');
  expect([(await one).reply, two.reply]).toEqual(['One.', 'Two.']);
  expect((await transcriptOf(platform, 'message-meanwhile')).map((row) => row.text)).toEqual([
    'one',
    'One.',
    'two',
    'Two.',
  ]);
  await keepHistory(platform, 'message-meanwhile');
});

it('tries a tool that broke once again', async () => {
  failuresLeft = 1;
  script('tool-tried-again', callTools([{ name: 'moody', arguments: {} }]), reply('It works.'));
  expect((await send('tool-tried-again', 'Hello')).reply).toBe('It works.');
  const tools = (await transcriptOf(platform, 'tool-tried-again')).filter((row) => row.role === 'tool');
  expect(tools).toMatchObject([{ outcome: 'done', text: 'in order', attempts: 2 }]);
  await keepHistory(platform, 'tool-tried-again');
});

it('goes on in a new run when an operator terminated the old one', async () => {
  script('terminated', reply('One.'), reply('Two.'));
  await send('terminated', 'one');
  await handleOf('terminated').terminate('an operator made a mistake');
  expect((await send('terminated', 'two')).reply).toBe('Two.');
  await twoRunsAreVisible('terminated');
  await keepHistory(platform, 'terminated');
});

it('ends a run after seven silent days and answers the next message in a new one', async () => {
  script('idle', reply('One.'), reply('Two.'));
  const conversation = { tenant: platform.tenant, id: 'idle' };
  // Straight into the inbox, so that the run which takes it is the one that may skip time.
  await acceptMessage(platform.database, conversation, { text: 'one', messageId: 'm1', ...FIRST }, 'api');
  await platform.temporal.connection.workflowService.startWorkflowExecution({
    namespace: 'default',
    workflowId: platform.workflowIdOf('idle'),
    workflowType: { name: CONVERSATION },
    taskQueue: { name: platform.taskQueue },
    requestId: 'idle',
    timeSkippingConfig: { enabled: true },
  });
  await until(
    'the run has ended by itself',
    async () => (await handleOf('idle').describe()).status.name === 'COMPLETED',
  );
  expect(await eventsOf('idle')).toContain('timerFiredEventAttributes');
  expect((await send('idle', 'two')).reply).toBe('Two.');
  await twoRunsAreVisible('idle');
  await keepHistory(platform, 'idle');
});
