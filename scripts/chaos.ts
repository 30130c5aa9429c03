/**
 * Plays the recorded conversations of the airline through the whole stack while everything around it breaks: a fifth of the
 * requests to the model end in a fault, one tool flaps, the worker dies by `kill -9` every five seconds, Temporal and
 * PostgreSQL die once. Whatever happens, each message must be answered once and no change made twice.
 *
 *   npm run chaos -- [--seed N] [--conversations 200] [--concurrency 20] [--kill-every MS] [--flap TOOL] [--only NAME]
 *                    [--json FILE] [--keep-logs]
 *
 * What goes wrong at the model, and where, depends on nothing but the seed and the conversation's name. When the processes
 * die is a matter of time, so the same seed may come out differently.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '../client/index.ts';
import { lazyClient } from '../engine/connection.ts';
import { readAirline } from '../examples/airline/data.ts';
import { readRecordings } from '../examples/airline/recording.ts';
import { airlineStore } from '../examples/airline/store.ts';
import { startStandIn } from '../stand-in/server.ts';
import { flapEnv } from './chaos/agent.ts';
import { judge } from './chaos/judge.ts';
import { startKiller } from './chaos/killer.ts';
import { followingModel } from './chaos/model.ts';
import { type CastConversation, castOf } from './chaos/plan.ts';
import { playAll } from './chaos/play.ts';
import { startProgress } from './chaos/progress.ts';
import { linesOf, reportOf } from './chaos/report.ts';
import { compiled, fail, wholeNumber, withRecordings } from './conformance/options.ts';
import { untilAgentKnown } from './conformance/platform.ts';
import { startStack } from './conformance/stack.ts';

const TENANT = 'chaos';
/** More than the time limit of a turn: services that are away do not count for that one. */
const TURN_MS = 600_000;
const SETTLE_MS = 120_000;
const RUN = Date.now().toString(36);
/** Out of step with the 10, 20, 40 ... s (and a little) for which a breaker stays open: else probes would meet it down again. */
const FLAP = { everyMs: 7_000, downMs: 3_000 };
/** Said once, to find out whether a worker is there. */
const PROBE = { id: 'probe', customerId: 'probe', turns: [], expectedActions: [], finalStateMatchesExpected: true };

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    conversations: { type: 'string', default: '200' },
    concurrency: { type: 'string', default: '20' },
    'kill-every': { type: 'string', default: '5000' },
    flap: { type: 'string', default: 'update_reservation_flights' },
    only: { type: 'string' },
    json: { type: 'string' },
    'keep-logs': { type: 'boolean', default: false },
  },
});
const seed = wholeNumber('seed', values.seed, 0);
const concurrency = wholeNumber('concurrency', values.concurrency, 1);

await withRecordings('chaos', process.env, main);

async function main(directory: string): Promise<boolean> {
  const { base } = readAirline(directory);
  const whole = castOf(readRecordings(directory), wholeNumber('conversations', values.conversations, 1));
  const cast = values.only === undefined ? whole : whole.filter(({ name }) => name === values.only);
  if (cast.length === 0) fail(`There is no conversation ${values.only ?? ''} among the ${whole.length}.`);
  const log = (line: string) => console.error(line);
  const flapLog = join(tmpdir(), `handback-chaos-flaps-${process.pid}`);
  await writeFile(flapLog, '');
  const model = followingModel(seed, (conversation) => `${TENANT}/${idOf(conversation)}`);
  const standIn = await startStandIn({ answer: model.answer, record: 'counts' });
  const stack = await startStack({
    name: 'chaos',
    // Only what is ours can be killed.
    env: {
      ...process.env,
      ...{ DATABASE_URL: '', TEMPORAL_ADDRESS: '' },
      ...flapEnv({ tool: values.flap, ...FLAP, log: flapLog }),
    },
    cli: compiled('../cli/main.js', import.meta.url),
    agents: compiled('./chaos/agent.js', import.meta.url),
    dataDirectory: directory,
    modelUrl: standIn.url,
    tenant: TENANT,
    log,
  }).catch(async (error: unknown) => {
    await standIn.close();
    throw error;
  });
  let right = false;
  try {
    const client = createClient({ baseUrl: stack.apiUrl, key: stack.apiKey, retries: 60 });
    const probe = { name: 'probe', recording: PROBE };
    model.begin(probe, 1, { turn: 0, step: 0 });
    await untilAgentKnown(client, idOf(probe), SETTLE_MS);
    log(`the stack is up; playing ${cast.length} conversations with seed ${seed}`);

    const began = Date.now();
    const killEvery = wholeNumber('kill-every', values['kill-every'], 100);
    const killer = startKiller({ ...stack, everyMs: killEvery, log });
    const progress = startProgress({
      messages: cast.reduce((sum, { recording }) => sum + recording.turns.length, 0),
      conversations: cast.length,
      onPart: (part) => killer.progress(part),
      done: () => `${model.requests} requests to the model, worker killed ${killer.kills.worker} times`,
      log,
    });
    const store = airlineStore(stack.database, base);
    const stage = { client, model, tenant: TENANT, store, idOf, turnMs: TURN_MS, onAnswer: progress.answered };
    const playing = playAll(stage, cast, { concurrency, onEnded: progress.ended });
    const ended = await Promise.race([playing, killer.failed]).finally(() => progress.stop());
    await killer.stop();
    const seconds = (Date.now() - began) / 1_000;
    await client.close(idOf(probe));
    const run = {
      ...{ seed, conversations: cast.length, seconds, ended, model, kills: killer.kills },
      verdicts: ended.flatMap((one) => (one.kind === 'played' ? [judge(one.played, base)] : [])),
      flaps: (await readFile(flapLog, 'utf8')).split('\n').length - 1,
      endedAlone: stack.endedAlone(),
      stillRunning: await untilNoneRuns(stack.temporalAddress),
    };
    const report = reportOf(run);
    for (const line of linesOf(report)) console.log(line);
    for (const problem of report.problems) console.log(`BROKEN (seed ${seed}) ${problem}`);
    if (!report.right)
      console.log(`again: npm run chaos -- --seed ${seed} --conversations ${whole.length} [--only NAME]`);
    if (values.json !== undefined) {
      const result = { seed, ...report, verdicts: run.verdicts, injected: Object.fromEntries(model.injected) };
      await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
    }
    right = report.right;
    return right;
  } finally {
    const logs = await stack.stop(!right || values['keep-logs']);
    if (logs !== undefined) log(`the logs are in ${logs}`);
    await Promise.all([standIn.close(), rm(flapLog, { force: true })]);
  }
}

/** Every conversation was closed, so every run has to end. @returns how many are still there when that takes too long */
async function untilNoneRuns(address: string): Promise<number> {
  const client = lazyClient({ address, namespace: 'default', taskQueue: '', apiKey: undefined, tls: false });
  try {
    for (const deadline = Date.now() + SETTLE_MS; ; ) {
      const { count } = await client.workflow.count('WorkflowType="conversation" AND ExecutionStatus="Running"');
      if (count === 0 || Date.now() > deadline) return count;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    await client.connection.close();
  }
}

function idOf({ name }: CastConversation): string {
  return `${name}.${RUN}`;
}
