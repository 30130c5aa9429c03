/** What a turn adds to the workflow's history: little, and the same whatever was said. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTools, reply } from '../../stand-in/steps.ts';
import { parrot } from '../support/agents.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [parrot], worker: { maxCachedWorkflows: 50 } });
  await platform.startWorker();
});
afterAll(() => platform.stop());

interface Size {
  readonly events: number;
  readonly bytes: number;
}

async function sizeOf(conversation: string): Promise<Size> {
  const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation));
  // The customer has the reply a moment before the workflow task that made it is recorded.
  const { raw } = await until('the workflow task is recorded', async () => {
    const description = await handle.describe();
    return description.raw.pendingWorkflowTask == null && description;
  });
  const info = raw.workflowExecutionInfo;
  return { events: Number(info?.historyLength), bytes: Number(info?.historySizeBytes) };
}

/** What each of `turns` one-tool turns added. */
async function growth(conversation: string, text: string, turns: number): Promise<Size[]> {
  const steps = [callTools([{ name: 'echo', arguments: { text } }]), reply(text)];
  const sizes: Size[] = [];
  let before: Size | undefined;
  for (let turn = 0; turn <= turns; turn++) {
    platform.standIn.script(platform.nameOf(conversation), steps);
    await platform.client.send(conversation, { text, ...FIRST }, { wait: 30_000 });
    const now = await sizeOf(conversation);
    // The first turn also starts the run and pins the agent.
    if (before !== undefined) sizes.push({ events: now.events - before.events, bytes: now.bytes - before.bytes });
    before = now;
  }
  return sizes;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

it('is at most 9 events and 2.5 KB for an ordinary one-tool turn', async () => {
  const sizes = await growth('ordinary', 'Hello there', 7);
  expect(median(sizes.map((size) => size.events))).toBeLessThanOrEqual(9);
  expect(median(sizes.map((size) => size.bytes))).toBeLessThanOrEqual(2_500);
});

it('does not depend on how long messages, results and replies are', async () => {
  const short = await growth('short', 'Hi', 5);
  const long = await growth('long', 'A long story. '.repeat(2_000), 5);
  const [bytesShort, bytesLong] = [short, long].map((sizes) => median(sizes.map((size) => size.bytes)));
  expect(Math.abs((bytesLong ?? 0) - (bytesShort ?? 0))).toBeLessThan(50);
});

it('does not depend on how long the conversation is', async () => {
  const sizes = await growth('long-conversation', 'And then?', 40);
  const early = median(sizes.slice(0, 10).map((size) => size.bytes));
  const late = median(sizes.slice(-10).map((size) => size.bytes));
  expect(Math.abs(late - early)).toBeLessThan(50);
});
