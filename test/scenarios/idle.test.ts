/** A week of silence, skipped on the real server. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptMessage } from '../../db/inbox.ts';
import { CONVERSATION } from '../../workflows/messages.ts';
import { parrot } from '../support/agents.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { transcriptOf } from '../support/transcript.ts';
import { until } from '../support/until.ts';

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
const DAY_MS = 24 * 60 * 60 * 1000;
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [parrot],
    standIn: { answer: ({ turn }) => ({ kind: 'reply', text: `answer ${turn}` }) },
  });
  await platform.startWorker();
});
afterAll(() => platform.stop());

/** Starts the run that the next message will find, with the server's permission to skip its idle time. */
async function startSkippingRun(conversation: string): Promise<void> {
  await platform.temporal.connection.workflowService.startWorkflowExecution({
    namespace: 'default',
    workflowId: platform.workflowIdOf(conversation),
    workflowType: { name: CONVERSATION },
    taskQueue: { name: platform.taskQueue },
    requestId: conversation,
    timeSkippingConfig: { enabled: true },
  });
}

it('ends a run after seven silent days, and the next message goes on where it stopped', async () => {
  // Straight into the inbox, so that the run which takes it is the one that may skip.
  const conversation = { tenant: platform.tenant, id: 'quiet' };
  await acceptMessage(platform.database, conversation, { text: 'one', messageId: 'm1', ...FIRST }, 'api');
  await startSkippingRun('quiet');
  const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf('quiet'));
  const run = await until('the run has ended by itself', async () => {
    const description = await handle.describe();
    return description.status.name === 'COMPLETED' && description;
  });
  expect(run.historyLength).toBeGreaterThan(0);
  const { events } = await handle.fetchHistory();
  const seconds = (event?: { eventTime?: { seconds?: unknown } | null }) => Number(event?.eventTime?.seconds);
  expect((seconds(events?.at(-1)) - seconds(events?.[0])) * 1000).toBeGreaterThanOrEqual(7 * DAY_MS);
  expect((await platform.client.conversation('quiet')).status).toBe('open');

  const turn = await platform.client.send('quiet', { text: 'two', messageId: 'm2' }, { wait: 20_000 });
  expect(turn.reply).toBe('answer 2');
  expect((await transcriptOf(platform, 'quiet')).map((row) => row.text)).toEqual([
    'one',
    'answer 1',
    'two',
    'answer 2',
  ]);
  expect((await handle.describe()).runId).not.toBe(run.runId);
});
