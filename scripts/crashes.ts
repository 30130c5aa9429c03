/**
 * Kills a worker once in every turn, at every place between two of its writes in turn, and counts at the service behind the
 * tools what really happened: nothing may be lost, nothing done twice, and every message answered once.
 *
 *   npm run crashes -- [--turns 1000] [--seed 1] [--conversations 24] [--workers 6] [--json FILE]
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createClient } from '../client/index.ts';
import { registerAgents } from '../db/agents.ts';
import { listEffects } from '../db/effects.ts';
import { startStandIn } from '../stand-in/server.ts';
import agents from './crashes/agent.ts';
import { startBackend } from './crashes/backend.ts';
import { plannedModel } from './crashes/model.ts';
import { type PlannedTurn, planTurns } from './crashes/plan.ts';
import { playTurns } from './crashes/play.ts';
import { reportOf } from './crashes/report.ts';
import { startStack } from './crashes/stack.ts';
import { startWorkers } from './crashes/workers.ts';

const TENANT = 'crashes';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    conversations: { type: 'string', default: '24' },
    workers: { type: 'string', default: '6' },
    json: { type: 'string' },
  },
});

process.exitCode = (await main()) ? 0 : 1;

async function main(): Promise<boolean> {
  const names = Array.from({ length: wholeNumber('conversations') }, (_, n) => `c${n + 1}`);
  const turns = planTurns(names, wholeNumber('turns'), wholeNumber('seed'));
  const byName = new Map(turns.map((own, n): [string, readonly PlannedTurn[]] => [`${TENANT}/${names[n]}`, own]));
  const log = (line: string) => console.error(line);
  const stack = await startStack(TENANT, process.env, log);
  const backend = await startBackend();
  const standIn = await startStandIn({ answer: plannedModel(byName), record: 'counts' });
  const crashes = join(stack.folder, 'crashes');
  // The workers do it too, but later than the first message comes.
  const known = agents({ database: stack.database, env: process.env });
  await registerAgents(
    stack.database,
    known.map(({ manifest }) => manifest),
  );
  const workers = await startWorkers({
    cli: compiled('../cli/main.js'),
    logFile: join(stack.folder, 'worker.log'),
    count: wholeNumber('workers'),
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      DATABASE_URL: stack.databaseUrl,
      OPENAI_BASE_URL: standIn.url,
      OPENAI_API_KEY: 'stand-in',
      HANDBACK_AGENTS: compiled('./crashes/agent.js'),
      HANDBACK_LOG_LEVEL: 'error',
      CRASHES_BACKEND: backend.url,
      CRASH_AT: crashes,
    },
  });
  let right = false;
  try {
    const client = createClient({ baseUrl: stack.apiUrl, key: stack.apiKey, retries: 30 });
    const began = performance.now();
    let answered = 0;
    const playing = playTurns({ client, tenant: TENANT, backend, crashes }, turns, () => {
      if (++answered % 100 === 0) log(`${answered} turns answered, ${workers.deaths} workers died`);
    });
    const played = await Promise.race([playing, workers.failed]);
    const seconds = (performance.now() - began) / 1000;
    const report = await reportOf({
      played,
      seconds,
      deaths: workers.deaths,
      requests: backend.requests,
      modelCalls: standIn.calls.count(),
      left: await listEffects(stack.database, TENANT, 'started', 100),
      unknown: await listEffects(stack.database, TENANT, 'unknown', 10_000),
      crashes,
    });
    for (const line of report.lines) console.log(line);
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report.figures, undefined, 2)}\n`);
    right = report.right;
    return right;
  } finally {
    await workers.stop();
    await Promise.all([standIn.close(), backend.close()]);
    await stack.stop(!right);
    if (!right) log(`the logs are in ${stack.folder}`);
  }
}

function wholeNumber(option: 'turns' | 'seed' | 'conversations' | 'workers'): number {
  const value = Number(values[option]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new Error(`--${option} ${values[option]} is no whole number of at least 1.`);
}

function compiled(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
