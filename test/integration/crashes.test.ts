/**
 * Workers that die at every place between two writes of a turn, against a service that counts what really happened. The same
 * as `npm run crashes`, with one turn for each place and each kind of tool.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CRASH_POINTS } from '../../activities/crash-points.ts';
import { registerAgents } from '../../db/agents.ts';
import { listEffects } from '../../db/effects.ts';
import agents from '../../scripts/crashes/agent.ts';
import { type Backend, startBackend } from '../../scripts/crashes/backend.ts';
import { plannedModel } from '../../scripts/crashes/model.ts';
import { type PlannedTurn, planTurns } from '../../scripts/crashes/plan.ts';
import { playTurns } from '../../scripts/crashes/play.ts';
import { startWorkers, type Workers } from '../../scripts/crashes/workers.ts';
import { buildHandback, CLI } from '../support/handback.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const TURNS = CRASH_POINTS.length * 4;
const CONVERSATIONS = Array.from({ length: 14 }, (_, n) => `c${n + 1}`);
const turns = planTurns(CONVERSATIONS, TURNS, 1);

let platform: Platform;
let backend: Backend;
let workers: Workers;
let crashes: string;
beforeAll(async () => {
  await buildHandback();
  const planned = new Map<string, readonly PlannedTurn[]>();
  const model = plannedModel(planned);
  platform = await startPlatform({ agents: () => [], standIn: { answer: model, record: 'counts' } });
  for (const own of turns) if (own[0] !== undefined) planned.set(platform.nameOf(own[0].conversation), own);
  backend = await startBackend();
  const [agent] = agents({ database: platform.database, env: {} });
  if (agent !== undefined) await registerAgents(platform.database, [agent.manifest]);
  crashes = join(inject('runDir'), `${platform.schema}-crashes`);
  await mkdir(crashes);
  workers = await startWorkers({
    cli: CLI,
    logFile: join(inject('runDir'), `${platform.schema}-worker.log`),
    count: 2,
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      DATABASE_URL: inject('databaseUrl'),
      HANDBACK_SCHEMA: platform.schema,
      HANDBACK_TASK_QUEUE: platform.taskQueue,
      HANDBACK_AGENTS: join(CLI, '../../scripts/crashes/agent.js'),
      OPENAI_BASE_URL: platform.standIn.url,
      OPENAI_API_KEY: 'test',
      CRASHES_BACKEND: backend.url,
      CRASH_AT: crashes,
    },
  });
}, 120_000);
afterAll(async () => {
  await workers.stop();
  await backend.close();
  await platform.stop();
});

it('answers every message once and makes every change once, wherever its worker dies', async () => {
  const stage = { client: platform.client, tenant: platform.tenant, backend, crashes };
  const played = await Promise.race([playTurns(stage, turns), workers.failed]);
  expect(played.filter(({ problems }) => problems.length > 0)).toEqual([]);
  expect(played).toHaveLength(TURNS);
  const doubted = played.filter(({ outcomes }) => outcomes.includes('unknown'));
  expect(new Set(doubted.map(({ planned }) => planned.way))).toEqual(new Set(['plain']));
  // A place is passed without a crash only where the crash of another conversation came first at that very place.
  expect(workers.deaths).toBeGreaterThan(TURNS / 2);
  const effects = (state: 'started' | 'unknown') => listEffects(platform.database, platform.tenant, state, 100);
  expect(await effects('started')).toEqual([]);
  expect(await effects('unknown')).toHaveLength(doubted.length);
}, 600_000);
