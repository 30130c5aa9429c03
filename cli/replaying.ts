/** What `handback replay` does. */
import { existsSync } from 'node:fs';
import type { Trace } from '../client/index.ts';
import { readConfig } from '../config.ts';
import { type ConversationRef, ID_PATTERN, workflowIdOf } from '../core/conversation.ts';
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
  const timeline = isFile ? runs.flatMap(timelineOfRun) : await timelineOf({ tenant, id: source }, runs);
  const bundle = await buildReplayBundle();
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

/**
 * From the ledger, where an API can be asked; otherwise from the history, which has no words.
 * @throws CommandError when the key is of another tenant that has a conversation of the same name
 */
async function timelineOf(conversation: ConversationRef, runs: readonly Run[]): Promise<readonly TimelinePart[]> {
  const ledger = await ledgerOf(conversation);
  switch (ledger.kind) {
    case 'read':
      return timelineOfTrace(ledger.turns);
    case 'unreachable':
      printNotice(`Without what was said, because the API cannot be asked: ${ledger.why}`);
      return runs.flatMap(timelineOfRun);
    case 'of_another_tenant':
      throw new CommandError(
        `The key of the API belongs to tenant "${ledger.tenant}", but the history is of tenant "${conversation.tenant}". ` +
          `Set HANDBACK_KEY to a key of "${conversation.tenant}", or give --tenant ${ledger.tenant}.`,
      );
  }
}

type Ledger =
  | { readonly kind: 'read'; readonly turns: Trace['turns'] }
  | { readonly kind: 'of_another_tenant'; readonly tenant: string }
  | { readonly kind: 'unreachable'; readonly why: string };

async function ledgerOf({ tenant, id }: ConversationRef): Promise<Ledger> {
  try {
    const { client } = await connect({ retries: 0 });
    const found = await client.conversation(id);
    if (found.tenant !== tenant) return { kind: 'of_another_tenant', tenant: found.tenant };
    const turns: Trace['turns'] = [];
    for await (const turn of client.turns(id)) turns.push(turn);
    return { kind: 'read', turns };
  } catch (error) {
    return { kind: 'unreachable', why: error instanceof Error ? error.message : String(error) };
  }
}
