/** Runs end and begin anew; the conversation does not notice. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePorts } from '../../services/ports.ts';
import { startTemporal } from '../../services/temporal.ts';
import { customerMessageSignal } from '../../workflows/messages.ts';
import { parrot } from '../support/agents.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [parrot],
    standIn: { answer: ({ turn }) => ({ kind: 'reply', text: `answer ${turn}` }) },
    // Replaying a hundred turns for each new one is what another test is for.
    worker: { maxCachedWorkflows: 50 },
  });
});
afterAll(() => platform.stop());

async function runsOf(conversation: string) {
  const runs = [];
  const query = `WorkflowId = "${platform.workflowIdOf(conversation)}"`;
  for await (const run of platform.temporal.workflow.list({ query })) runs.push(run);
  return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
}

it('continues as new after 100 turns and misses nothing of what comes meanwhile', async () => {
  const worker = await platform.startWorker();
  const replies = new Set<string>();
  // In batches, so that each is recorded before the next: a workflow task that is lost takes only its own turns with it.
  for (let batch = 0; batch < 13; batch++) {
    const sends = Array.from({ length: 10 }, (_, n) =>
      platform.client.send('long', { text: `${batch}/${n}`, messageId: `m${batch}-${n}`, ...FIRST }, { wait: 60_000 }),
    );
    for (const turn of await Promise.all(sends)) replies.add(turn.reply);
  }
  expect(replies.size).toBe(130);
  const runs = await until('both runs are visible', async () => {
    const found = await runsOf('long');
    return found.length >= 2 && found;
  });
  expect(runs.slice(0, -1).every((run) => run.status.name === 'CONTINUED_AS_NEW')).toBe(true);
  expect(runs.at(-1)?.status.name).toBe('RUNNING');
  await worker.stop();
});

it('loses no message that came by signal, though together they are too large to be carried into the next run', async () => {
  const worker = await platform.startWorker();
  for (let n = 1; n <= 100; n++) {
    await platform.client.send('large', { text: `${n}`, messageId: `m${n}`, ...FIRST }, { wait: 30_000 });
  }
  await worker.stop();
  const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf('large'));
  const { runId } = await handle.describe();
  // Together 2.7 MB; the server takes no payloads of more than 2 MB.
  const text = 'x'.repeat(30_000);
  for (let n = 101; n <= 190; n++) {
    await handle.signal(customerMessageSignal, { messageId: `m${n}`, text: `${n} ${text}` });
  }
  const next = await platform.startWorker();
  const said = await until(
    'all are answered',
    async () => {
      const rows = await transcriptOf(platform, 'large');
      return rows.filter((row) => row.role === 'agent').length === 190 && rows;
    },
    60_000,
  );
  const late = said.filter((row) => row.role === 'customer').slice(100);
  expect(late.map((row) => Number(row.text.split(' ')[0]))).toEqual(Array.from({ length: 90 }, (_, n) => 101 + n));
  expect((await handle.describe()).runId).not.toBe(runId);
  await next.stop();
});

it('starts a run that loads itself from Postgres when the old one is gone', async () => {
  const worker = await platform.startWorker();
  await platform.client.send('gone', { text: 'one', messageId: 'm1', ...FIRST }, { wait: 20_000 });
  await platform.temporal.workflow.getHandle(platform.workflowIdOf('gone')).terminate('an operator made a mistake');
  const turn = await platform.client.send('gone', { text: 'two', messageId: 'm2' }, { wait: 20_000 });
  expect(turn.reply).toBe('answer 2');
  expect((await platform.client.messages('gone')).messages.length).toBe(4);
  await worker.stop();
});

it('finishes a turn whose run was terminated in the middle, without asking the model twice', async () => {
  const worker = await platform.startWorker();
  await platform.client.send('cut', { text: 'one', messageId: 'm1', ...FIRST }, { wait: 20_000 });
  await worker.stop();
  // The message is in the inbox and nobody works: the run that was told of it dies.
  await platform.client.send('cut', { text: 'two', messageId: 'm2' });
  await platform.temporal.workflow.getHandle(platform.workflowIdOf('cut')).terminate('out of memory somewhere');
  const next = await platform.startWorker();
  const turn = await platform.client.send('cut', { text: 'two', messageId: 'm2' }, { wait: 30_000 });
  expect(turn.reply).toBe('answer 2');
  expect(platform.standIn.calls.count(platform.nameOf('cut'))).toBe(2);
  await next.stop();
});

it('stays on its worker version in a run and moves on at the next', async () => {
  const name = `handback-${platform.schema}`;
  const v1 = await platform.startWorker({ deployment: { name, buildId: 'v1' } });
  await setCurrentVersion(name, 'v1');
  await platform.client.send('moving', { text: 'one', messageId: 'm1', ...FIRST }, { wait: 30_000 });
  const v2 = await platform.startWorker({ deployment: { name, buildId: 'v2' } });
  await setCurrentVersion(name, 'v2');
  await platform.client.send('moving', { text: 'two', messageId: 'm2' }, { wait: 30_000 });
  await until('the conversation is on v2', async () => {
    await platform.client.send('moving', { text: 'more', messageId: `m${Date.now()}` }, { wait: 30_000 });
    const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf('moving'));
    const { raw } = await handle.describe();
    const version = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
    return version === 'v2';
  });
  await v1.stop();
  const turn = await platform.client.send('moving', { text: 'last', messageId: 'last' }, { wait: 30_000 });
  expect(turn.outcome).toBe('replied');
  const runs = await runsOf('moving');
  expect(runs.map((run) => run.status.name)).toEqual(['CONTINUED_AS_NEW', 'RUNNING']);
  await v2.stop();
});

describe('a run that the server finds too long', () => {
  let server: Awaited<ReturnType<typeof startTemporal>>;
  let own: Platform;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    server = await startTemporal({
      binary: inject('temporalBinary'),
      port,
      logFile: join(inject('runDir'), 'suggesting', 'temporal.log'),
      dynamicConfig: ['limit.historyCount.suggestContinueAsNew=40'],
    });
    own = await startPlatform({
      agents: () => [parrot],
      temporalAddress: server.address,
      standIn: { answer: ({ turn }) => ({ kind: 'reply', text: `answer ${turn}` }) },
    });
    await own.startWorker();
  });
  afterAll(async () => {
    await own.stop();
    await server.stop();
  });

  it('continues as new, long before 100 turns', async () => {
    const handle = own.temporal.workflow.getHandle(own.workflowIdOf('suggested'));
    const runs = new Set<string>();
    for (let turn = 1; turn <= 15; turn++) {
      const message = { text: `message ${turn}`, messageId: `m${turn}`, ...FIRST };
      expect((await own.client.send('suggested', message, { wait: 30_000 })).reply).toBe(`answer ${turn}`);
      runs.add((await handle.describe()).runId);
    }
    expect(runs.size).toBeGreaterThan(1);
  });
});

async function setCurrentVersion(deploymentName: string, buildId: string): Promise<void> {
  const { workflowService } = platform.temporal.connection;
  await until(`version ${buildId} is known`, async () => {
    try {
      await workflowService.setWorkerDeploymentCurrentVersion({
        namespace: 'default',
        deploymentName,
        buildId,
        identity: 'test',
        ignoreMissingTaskQueues: true,
      });
      return true;
    } catch {
      return undefined; // a version exists from its worker's first poll on
    }
  });
}
