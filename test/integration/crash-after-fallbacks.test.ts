/** A worker that dies when the last fallback of a tool has been kept: the turn ends as that fallback says all the same. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { registerAgents } from '../../db/agents.ts';
// The tools of this example have nothing behind them, so each of them fails.
import agents from '../../examples/docs/fallbacks.ts';
import { startWorkers, type Workers } from '../../scripts/crashes/workers.ts';
import { callTools, reply } from '../../stand-in/steps.ts';
import { buildHandback, CLI } from '../support/handback.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

let platform: Platform;
let workers: Workers;
let crashes: string;
beforeAll(async () => {
  await buildHandback();
  platform = await startPlatform({ agents: () => [] });
  const [agent] = agents;
  if (agent !== undefined) await registerAgents(platform.database, [agent.manifest]);
  crashes = join(inject('runDir'), `${platform.schema}-crashes`);
  await mkdir(crashes);
  workers = await startWorkers({
    cli: CLI,
    logFile: join(inject('runDir'), `${platform.schema}-worker.log`),
    count: 1,
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      DATABASE_URL: inject('databaseUrl'),
      HANDBACK_SCHEMA: platform.schema,
      HANDBACK_TASK_QUEUE: platform.taskQueue,
      HANDBACK_AGENTS: join(CLI, '../../examples/docs/fallbacks.js'),
      OPENAI_BASE_URL: platform.standIn.url,
      OPENAI_API_KEY: 'test',
      HANDBACK_PROVIDER_AZURE_EU_BASE_URL: platform.standIn.url,
      HANDBACK_PROVIDER_AZURE_EU_API_KEY: 'test',
      CRASH_AT: crashes,
    },
  });
}, 120_000);
afterAll(async () => {
  await workers.stop();
  await platform.stop();
});

it('asks the customer what the author of the tool wrote down', async () => {
  await writeFile(join(crashes, `${platform.tenant}.asks.1.after_tool_row`), '');
  platform.standIn.script(platform.nameOf('asks'), [
    callTools([{ name: 'track', arguments: { parcel: 'P-1' } }]),
    reply('Never said.'),
  ]);
  const message = { text: 'Where is it?', agent: 'parcels', customer: { id: 'C-1' } };
  const turn = await Promise.race([platform.client.send('asks', message, { wait: 60_000 }), workers.failed]);
  expect(turn).toMatchObject({ outcome: 'asked', reply: expect.stringContaining('Our carrier does not answer.') });
  expect(workers.deaths).toBe(1);
}, 90_000);
