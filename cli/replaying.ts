/** What `handback replay` does. */
import { existsSync } from 'node:fs';
import type { Trace } from '../client/index.ts';
import { readConfig } from '../config.ts';
import { ID_PATTERN, workflowIdOf } from '../core/conversation.ts';
import { lazyClient } from '../engine/connection.ts';
import { buildReplayBundle } from '../replay/bundle.ts';
import { fetchRuns, type Run, readRuns, writeRuns } from '../replay/history.ts';
import { renderOutcome, renderTimeline } from '../replay/render.ts';
import { type ReplayOutcome, replayHistory } from '../replay/run.ts';
import { type TimelinePart, timelineOfRun, timelineOfTrace } from '../replay/timeline.ts';
import { createLog, installSdkLog } from '../telemetry/log.ts';
import { connect } from './connect.ts';
import { readDevFile } from './dev-file.ts';
import { CommandError } from './failure.ts';
import { printJson, printLine, printNotice } from './print.ts';

export interface ReplayOptions {
  readonly tenant: string;
  readonly save?: string;
  readonly json?: true;
}

/** @throws CommandError, HistoryError */
export async function replay(source: string, { tenant, save, json }: ReplayOptions): Promise<void> {
  installSdkLog(createLog('silent', 'handback-replay'));
  const isFile = existsSync(source);
  const runs = isFile ? await readRuns(source) : await runsOf(source, tenant);
  if (save !== undefined) await writeRuns(save, runs);
  const [bundle, timeline] = await Promise.all([
    buildReplayBundle(),
    isFile ? runs.flatMap(timelineOfRun) : timelineOf(source, runs),
  ]);
  const outcomes: { readonly runId: string; readonly outcome: ReplayOutcome }[] = [];
  for (const run of runs) outcomes.push({ runId: run.runId, outcome: await replayHistory(run, { bundle }) });

  if (json) printJson({ runs: outcomes, timeline });
  else {
    printLine(renderTimeline(timeline));
    for (const { runId, outcome } of outcomes) printLine(`\nrun ${runId}: ${renderOutcome(outcome)}`);
  }
  if (outcomes.some(({ outcome }) => outcome.kind !== 'same')) process.exitCode = 1;
}

/** @throws CommandError, HistoryError */
async function runsOf(conversation: string, tenant: string): Promise<readonly Run[]> {
  if (!ID_PATTERN.test(conversation)) {
    throw new CommandError(`"${conversation}" is neither a file nor the id of a conversation.`);
  }
  const { temporal, home } = readConfig();
  const address = temporal.address ?? (await readDevFile(home))?.temporalAddress;
  if (address === undefined) {
    throw new CommandError(
      `There is no file "${conversation}", and no Temporal to ask: nothing runs in ${home}. ` +
        'Start it with: handback start. Or set TEMPORAL_ADDRESS.',
    );
  }
  const client = lazyClient({ ...temporal, address });
  try {
    return await fetchRuns(client, workflowIdOf({ tenant, id: conversation }));
  } finally {
    await client.connection.close();
  }
}

/** From the ledger, where an API can be asked; otherwise from the history, which has no words. */
async function timelineOf(conversation: string, runs: readonly Run[]): Promise<readonly TimelinePart[]> {
  try {
    const { client } = await connect({ retries: 0 });
    const turns: Trace['turns'] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: Trace = await client.trace(conversation, { after });
      turns.push(...page.turns);
      after = page.next;
    }
    return timelineOfTrace(turns);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    printNotice(`Without what was said, because the API cannot be asked: ${why}`);
    return runs.flatMap(timelineOfRun);
  }
}
