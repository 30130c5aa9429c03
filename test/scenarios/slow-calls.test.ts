/** Calls that take long: handed over, seen through, cancelled, taken over by another process. */
import { isGrpcServiceError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';
import { takeLease } from '../../db/calls.ts';
import { callTools, reply } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

const ran: string[] = [];
let openGate: () => void = () => undefined;
const gate = new Promise<void>((resolve) => {
  openGate = resolve;
});

const gated = defineTool({
  name: 'gated',
  description: 'Waits for the test.',
  permission: 'allow',
  sideEffect: true,
  input: z.object({}),
  output: z.string(),
  async run(_, { idempotencyKey }) {
    ran.push(idempotencyKey);
    await gate;
    return { data: 'through', confidence: 1 };
  },
});

const deaf = defineTool({
  name: 'deaf',
  description: 'Never returns and ignores its signal.',
  permission: 'allow',
  sideEffect: false,
  timeout: '300ms',
  input: z.object({}),
  output: z.string(),
  run: () => new Promise(() => undefined),
});

const agent = defineAgent({ id: 'slow', model: 'test-model', instructions: 'Be slow.', tools: [gated, deaf] });
const FIRST = { agent: 'slow', customer: { id: 'C-1' } };

describe('calls that take long', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ agents: () => [agent], slowAfterMs: 300 });
    await platform.startWorker();
  });
  afterAll(() => platform.stop());

  async function historyOf(conversation: string) {
    const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation));
    try {
      return (await handle.fetchHistory()).events ?? [];
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === 5) return []; // not started yet
      throw error;
    }
  }

  it('goes on with a slow model call as a regular activity and makes it once', async () => {
    platform.standIn.script(platform.nameOf('model'), [reply('At last.', { delayMs: 1_500 })]);
    const turn = await platform.client.send('model', { text: 'Hello', ...FIRST }, { wait: 20_000 });
    expect(turn.reply).toBe('At last.');
    expect(platform.standIn.calls.count(platform.nameOf('model'))).toBe(1);
    const scheduled = (await historyOf('model')).filter((event) => event.activityTaskScheduledEventAttributes);
    expect(scheduled.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name)).toEqual([
      'callModel',
    ]);
  });

  it('runs a slow tool once and keeps its intent before it runs', async () => {
    platform.standIn.script(platform.nameOf('tool'), [callTools([{ name: 'gated', arguments: {} }]), reply('Done.')]);
    const answer = platform.client.send('tool', { text: 'Hello', ...FIRST }, { wait: 30_000 });
    await until('the tool has been handed over', async () =>
      (await historyOf('tool')).some((event) => event.activityTaskScheduledEventAttributes),
    );
    const effects = () =>
      platform.database.query<{ state: string; idempotency_key: string }>(
        { name: 'test_effects', text: `SELECT state, idempotency_key FROM effects WHERE conversation = 'tool'` },
        [],
      );
    expect((await effects()).map((effect) => effect.state)).toEqual(['started']);
    openGate();
    expect((await answer).reply).toBe('Done.');
    expect(await effects()).toEqual([{ state: 'done', idempotency_key: ran[0] }]);
    expect(ran).toEqual([`${platform.tenant}/tool/1/1/1`]);
  });

  it('does not wait for a tool that never returns', async () => {
    platform.standIn.script(platform.nameOf('deaf'), [
      callTools([{ name: 'deaf', arguments: {} }]),
      reply('It is away.'),
    ]);
    const turn = await platform.client.send('deaf', { text: 'Hello', ...FIRST }, { wait: 30_000 });
    expect(turn.reply).toBe('It is away.');
    const row = (await transcriptOf(platform, 'deaf')).find((one) => one.role === 'tool');
    expect(row).toMatchObject({ outcome: 'failed', failure: { kind: 'timeout' }, attempts: 3 });
  });

  it('streams the beginning of a slow reply before its end', async () => {
    const text = 'This is the first sentence. This is the second one. And here is the end.';
    platform.standIn.script(platform.nameOf('stream'), [reply(text, { delayMs: 350, chunkDelayMs: 60 })]);
    const seen: string[] = [];
    const stop = new AbortController();
    await platform.client.send('stream', { text: 'Hello', ...FIRST });
    for await (const event of platform.client.events('stream', { signal: stop.signal })) {
      if (event.event === 'segment') seen.push(event.data.text);
      if (event.event === 'turn') break;
    }
    stop.abort();
    expect(seen.length).toBeGreaterThan(0);
    expect(text.startsWith(seen.join(''))).toBe(true);
  });

  it('cancels a streaming model call within two seconds and tells the customer', async () => {
    platform.standIn.script(platform.nameOf('cancelled'), [
      reply('word '.repeat(600), { chunkDelayMs: 100, chunks: 300 }),
    ]);
    const answer = platform.client.send('cancelled', { text: 'Hello', ...FIRST }, { wait: 30_000 });
    await until('the call is a regular activity', async () => {
      if ((await historyOf('cancelled')).length === 0) return false;
      const { raw } = await platform.temporal.workflow.getHandle(platform.workflowIdOf('cancelled')).describe();
      return raw.pendingActivities?.some((activity) => activity.lastStartedTime != null);
    });
    const before = platform.standIn.calls.hungUp;
    const asked = performance.now();
    await platform.temporal.workflow.getHandle(platform.workflowIdOf('cancelled')).cancel();
    await until('the server sees the call end', () => platform.standIn.calls.hungUp > before, 10_000);
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect((await answer).outcome).toBe('failed');
  });

  it('makes a call once although Temporal gives its attempt up and starts another', async () => {
    platform.standIn.script(platform.nameOf('paused'), [reply('Only once.', { delayMs: 4_000 })]);
    const answer = platform.client.send('paused', { text: 'Hello', ...FIRST }, { wait: 30_000 });
    const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf('paused'));
    const pending = async () => (await handle.describe()).raw.pendingActivities?.[0];
    const activity = await until('the call is a regular activity', async () => {
      if ((await historyOf('paused')).length === 0) return undefined;
      const found = await pending();
      return found?.lastStartedTime == null ? undefined : found;
    });
    const { workflowService } = platform.temporal.connection;
    const which = { namespace: 'default', execution: { workflowId: handle.workflowId }, id: activity.activityId ?? '' };
    await workflowService.pauseActivity({ ...which, identity: 'test', reason: 'to take the attempt away' });
    await until(
      'the attempt is given up',
      async () => (await pending())?.pauseInfo != null && (await pending())?.state !== 2,
    );
    await workflowService.unpauseActivity({ ...which, identity: 'test' });
    expect((await answer).reply).toBe('Only once.');
    expect(platform.standIn.calls.count(platform.nameOf('paused'))).toBe(1);
  });

  it('waits while another process makes the call, and makes it when that one has died', async () => {
    const conversation = { tenant: platform.tenant, id: 'taken' };
    await platform.client.send('taken', { text: 'one', ...FIRST, messageId: 'm0' });
    platform.standIn.script(platform.nameOf('taken'), [reply('first'), reply('second', { delayMs: 400 })]);
    await platform.client.send('taken', { text: 'one', messageId: 'm0' }, { wait: 20_000 });
    // A process that no longer lives says it is making the call; nobody renews its lease.
    const lease = { turn: 2, step: 1, call: 0 };
    await takeLease(platform.database, conversation, lease, 'a-dead-process', 2_000);
    const began = performance.now();
    const turn = await platform.client.send('taken', { text: 'two' }, { wait: 20_000 });
    expect(turn.reply).toBe('second');
    expect(performance.now() - began).toBeGreaterThan(1_500);
    expect(platform.standIn.calls.count(platform.nameOf('taken'))).toBe(2);
  });
});
