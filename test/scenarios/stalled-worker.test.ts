/**
 * A worker process that stands still for longer than its workflow task lasts and then goes on: it knows what it has done,
 * and finds what came meanwhile. What it records must be what a replay makes of it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { buildReplayBundle, type ReplayBundle } from '../../replay/bundle.ts';
import { fetchRuns } from '../../replay/history.ts';
import { renderOutcome } from '../../replay/render.ts';
import { replayHistory } from '../../replay/run.ts';
import { reply } from '../../stand-in/steps.ts';
import { customerMessageSignal, nudgeSignal } from '../../workflows/messages.ts';
import { parrot } from '../support/agents.ts';
import { buildHandback, type Running, startHandback } from '../support/handback.ts';
import { keepHistory } from '../support/histories.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const WAIT = { wait: 30_000 };
const FIRST = { agent: 'parrot', customer: { id: 'C-1' } };
const AUTHORING = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href;

type Run = ReturnType<Platform['temporal']['workflow']['getHandle']>;

let platform: Platform;
let bundle: ReplayBundle;
let worker: Running;
beforeAll(async () => {
  await buildHandback();
  platform = await startPlatform({ agents: () => [parrot] });
  bundle = await buildReplayBundle();
  const agents = join(inject('runDir'), `${platform.schema}-agents.mjs`);
  await writeFile(
    agents,
    `import { defineAgent } from '${AUTHORING}';
     export default [defineAgent({ id: 'parrot', model: 'test-model', instructions: 'Repeat.', tools: [] })];`,
  );
  worker = startHandback(['worker'], {
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    DATABASE_URL: inject('databaseUrl'),
    HANDBACK_SCHEMA: platform.schema,
    HANDBACK_TASK_QUEUE: platform.taskQueue,
    HANDBACK_AGENTS: agents,
    OPENAI_BASE_URL: platform.standIn.url,
    OPENAI_API_KEY: 'test',
    HANDBACK_SLOW_AFTER_MS: '1500',
  });
  await until('the worker has registered its agent', async () => {
    const rows = await platform.database.query({ name: 'test_agents', text: 'SELECT id FROM agents' });
    return rows.length > 0;
  });
}, 120_000);
afterAll(async () => {
  worker.process.kill('SIGKILL'); // it may stand still
  await worker.exited;
  await platform.stop();
});

it.each([
  {
    name: 'stalled-door',
    arrives: (run: Run) => run.signal(customerMessageSignal, { messageId: 'd3', text: 'three' }),
  },
  { name: 'stalled-nudges', arrives: (run: Run) => Promise.all([run.signal(nudgeSignal), run.signal(nudgeSignal)]) },
])('records what a replay makes, though its task ran out while it stood still: $name', async ({ name, arrives }) => {
  const conversation = platform.nameOf(name);
  platform.standIn.script(conversation, [
    reply('Answer 1.'),
    reply('Answer 2.', { delayMs: 1_200 }),
    reply('Answer 3.'),
    reply('Answer 4.'),
  ]);
  await platform.client.send(name, { messageId: 'm1', text: 'one', ...FIRST }, WAIT);
  const run: Run = platform.temporal.workflow.getHandle(platform.workflowIdOf(name));
  const two = platform.client.send(name, { messageId: 'm2', text: 'two' }, WAIT);
  await until('the model is asked', () => platform.standIn.calls.count(conversation) === 2);
  worker.process.kill('SIGSTOP');
  await arrives(run);
  await until('the workflow task is lost', async () =>
    ((await run.fetchHistory()).events ?? []).some((event) => event.workflowTaskTimedOutEventAttributes),
  );
  worker.process.kill('SIGCONT');
  expect((await two).reply).toBe('Answer 2.');
  if (name === 'stalled-door')
    await until('the signal is answered', () => platform.standIn.calls.count(conversation) === 3);
  await platform.client.send(name, { messageId: 'm4', text: 'four' }, WAIT);
  expect(platform.standIn.calls.count(conversation)).toBe(name === 'stalled-door' ? 4 : 3);
  await keepHistory(platform, name);
  for (const recorded of await fetchRuns(platform.temporal, platform.workflowIdOf(name))) {
    expect(renderOutcome(await replayHistory(recorded, { bundle }))).toBe("Today's code makes what is recorded.");
  }
});
