/**
 * Plays the recorded conversations of the airline through the whole stack and compares every tool result, every reply and
 * the final database with the recording.
 *
 *   npm run conformance -- [--json FILE] [--kill] [--seed N] [--concurrency N] [--only ID]
 *
 * DATABASE_URL and TEMPORAL_ADDRESS name services to use instead of starting them.
 * With `--kill` the worker dies by `kill -9` at a random point of every tenth conversation and is started again.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createClient } from '../client/index.ts';
import { isPerfect, isRight, reportLine, totalsOf } from '../examples/airline/comparison.ts';
import { readAirline } from '../examples/airline/data.ts';
import { type RecordedConversation, readRecordings } from '../examples/airline/recording.ts';
import { airlineStore } from '../examples/airline/store.ts';
import { startStandIn } from '../stand-in/server.ts';
import { killPoints } from './conformance/kills.ts';
import { recordedModel } from './conformance/model.ts';
import { compiled, fail, wholeNumber, withRecordings } from './conformance/options.ts';
import { platformOver, untilAgentKnown } from './conformance/platform.ts';
import { type PlayedReport, playAll } from './conformance/play.ts';
import { type Stack, startStack } from './conformance/stack.ts';

const TENANT = 'conformance';
const TURN_MS = 120_000;
/** Conversations are new in every run, also where the database is one that was there before. */
const RUN = Date.now().toString(36);

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    kill: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '8' },
    only: { type: 'string' },
  },
});
const seed = wholeNumber('seed', values.seed, 0);
const concurrency = wholeNumber('concurrency', values.concurrency, 1);

await withRecordings('conformance', process.env, main);

async function main(directory: string): Promise<boolean> {
  const { base } = readAirline(directory);
  const all = readRecordings(directory);
  const recordings = values.only === undefined ? all : all.filter(({ id }) => id === values.only);
  if (recordings.length === 0) fail(`There is no conversation ${values.only ?? ''} in ${directory}.`);
  const points = new Map(values.kill ? killPoints(all, seed) : []);

  let stack: Stack | undefined;
  const kills: Promise<void>[] = [];
  const model = recordedModel(byStandInName(recordings), ({ recording, turn, step }) => {
    const point = points.get(recording.id);
    if (point === undefined || point.turn !== turn || point.step !== step) return;
    points.delete(recording.id);
    kills.push(new Promise((resolve) => setTimeout(resolve, point.afterMs)).then(() => stack?.kill('worker')));
  });
  const standIn = await startStandIn({ answer: model, record: 'counts' });
  try {
    const began = Date.now();
    stack = await startStack({
      name: 'conformance',
      env: process.env,
      cli: compiled('../cli/main.js', import.meta.url),
      agents: compiled('../examples/airline/index.js', import.meta.url),
      dataDirectory: directory,
      modelUrl: standIn.url,
      tenant: TENANT,
      log: (line) => console.error(line),
    });
    const client = createClient({ baseUrl: stack.apiUrl, key: stack.apiKey, retries: 30 });
    await untilAgentKnown(client, `probe.${RUN}`, TURN_MS);
    console.error(`the stack is up after ${seconds(began)} s; playing ${recordings.length} conversations`);
    const playing = Date.now();
    const store = airlineStore(stack.database, base);
    const platform = platformOver({ client, tenant: TENANT, idOf, store, turnMs: TURN_MS });
    const played = await playAll(recordings, platform, base, { concurrency, onPlayed: tell });
    await Promise.all(kills);
    console.error(`played in ${seconds(playing)} s with ${standIn.calls.count()} model calls`);
    const logs = await stack.stop(!played.every(({ report }) => isRight(report)));
    if (logs !== undefined) console.error(`the logs are in ${logs}`);
    stack = undefined;
    return await conclude(directory, recordings, played, kills.length);
  } finally {
    await stack?.stop(true);
    await standIn.close();
  }
}

async function conclude(
  directory: string,
  recordings: readonly RecordedConversation[],
  played: readonly PlayedReport[],
  kills: number,
): Promise<boolean> {
  const reports = played.map(({ report }) => report);
  const totals = totalsOf(recordings, reports);
  const doubled = played.reduce((sum, each) => sum + each.doubled, 0);
  if (values.json !== undefined) {
    const result = { directory, seed, kills, effectsDoubled: doubled, totals, conversations: reports };
    await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  }
  console.log(reportLine(totals));
  if (values.kill) console.log(`worker killed ${kills} times, effects doubled ${doubled}`);
  return isPerfect(totals) && doubled === 0;
}

/** Only what went wrong: a hundred lines of success help nobody. */
function tell({ report }: PlayedReport): void {
  if (isRight(report)) return;
  const wrong = report.checks.filter((check) => !check.same);
  const places = wrong.map(
    (check) => `${check.what}${check.tool === undefined ? '' : ` of ${check.tool}`} in turn ${check.turn}`,
  );
  console.error(`${report.id}: ${[report.error ?? [], places].flat().join('; ')}`);
}

function idOf(recording: RecordedConversation): string {
  return `${recording.id}.${RUN}`;
}

function byStandInName(recordings: readonly RecordedConversation[]): ReadonlyMap<string, RecordedConversation> {
  return new Map(recordings.map((recording) => [`${TENANT}/${idOf(recording)}`, recording]));
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
