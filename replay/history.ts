/** Histories: read from a file or from Temporal, written to a file, all as proto JSON, the form `temporal workflow show` prints. */
import { readFile, writeFile } from 'node:fs/promises';
import { type Client, isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { type History, historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';

import { timeOf } from './time.ts';

export type { History };
export type HistoryEvent = NonNullable<History['events']>[number];

/** One run of a workflow, from its start to wherever it is. */
export interface Run {
  readonly workflowId: string;
  readonly runId: string;
  readonly history: History;
}

/** There is no history to be had; the message says what to do. */
class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/**
 * Every run of a conversation that the server still has, oldest first: those that continue each other, and those that began
 * anew after a silent week or a close.
 *
 * @throws HistoryError when there is none, or when Temporal does not answer
 */
export async function fetchRuns(client: Client, workflowId: string): Promise<readonly Run[]> {
  try {
    const found = new Map<string, Run>();
    // Visibility lags behind and forgets; the chain of the newest run is exact. Together they miss nothing.
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
      await add(found, client, workflowId, runId);
    }
    for (let next = await add(found, client, workflowId); next !== undefined; ) {
      next = await add(found, client, workflowId, next);
    }
    if (found.size > 0) return [...found.values()].sort((a, b) => startOf(a) - startOf(b));
  } catch (error) {
    const reason = unanswered(error);
    if (reason === undefined) throw error;
    throw new HistoryError(
      `Temporal does not answer (${reason}). ` +
        'Start it (npm start), or set TEMPORAL_ADDRESS to where it listens. A history in a file needs no server.',
      { cause: error },
    );
  }
  throw new HistoryError(
    `Temporal has no conversation "${workflowId}". Check the id and --tenant; ` +
      'closed conversations are kept for the retention period of the namespace.',
  );
}

/** What gRPC says of a server that does not answer; the client wraps it for some calls. */
function unanswered(error: unknown): string | undefined {
  if (isGrpcServiceError(error)) return error.details;
  return error instanceof ServiceError && isGrpcServiceError(error.cause) ? error.cause.details : undefined;
}

/** @returns the run before the one added, unless that one is known too */
async function add(
  found: Map<string, Run>,
  client: Client,
  workflowId: string,
  runId?: string,
): Promise<string | undefined> {
  if (runId !== undefined && found.has(runId)) return undefined;
  try {
    const run = runOf(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    if (found.has(run.runId)) return undefined;
    found.set(run.runId, run);
    return startedBy(run.history).continuedExecutionRunId || undefined;
  } catch (error) {
    const gone = error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && error.code === NOT_FOUND);
    if (gone) return undefined;
    throw error;
  }
}

const NOT_FOUND = 5;

/**
 * A file as `writeRuns` or `temporal workflow show --output json` writes it: one run, or several.
 *
 * @throws HistoryError
 */
export async function readRuns(file: string): Promise<readonly Run[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new HistoryError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  });
  return parseRuns(text, file);
}

/** @param file for messages to people */
export function parseRuns(text: string, file: string): readonly Run[] {
  try {
    const value: unknown = JSON.parse(text);
    const parts = isObject(value) && Array.isArray(value['runs']) ? value['runs'] : [value];
    return parts.map((part) => runOf(historyFromJSON(part)));
  } catch (error) {
    throw new HistoryError(
      `${file} holds no workflow history (${error instanceof Error ? error.message : String(error)}). ` +
        'Make one with: temporal workflow show --workflow-id <id> --output json, or handback replay <id> --save <file>',
      { cause: error },
    );
  }
}

export async function writeRuns(file: string, runs: readonly Run[]): Promise<void> {
  await writeFile(file, formatRuns(runs));
}

/** Proto JSON, one event a line: readable, and small differences stay small. */
export function formatRuns(runs: readonly Run[]): string {
  const histories = runs.map(({ history }) => {
    const { events = [] } = JSON.parse(historyToJSON(history)) as { events?: readonly unknown[] };
    return `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}`;
  });
  return `${histories.length === 1 ? histories[0] : `{"runs":[\n${histories.join(',\n')}\n]}`}\n`;
}

function runOf(history: History): Run {
  const { workflowId, originalExecutionRunId } = startedBy(history);
  if (!workflowId || !originalExecutionRunId) throw new TypeError('its first event is not the start of a workflow');
  return { workflowId, runId: originalExecutionRunId, history };
}

/** The attributes of the first event. */
export function startedBy(history: History): NonNullable<HistoryEvent['workflowExecutionStartedEventAttributes']> {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (!started) throw new TypeError('its first event is not the start of a workflow');
  return started;
}

/** When a run began, in milliseconds. */
function startOf({ history }: Run): number {
  return timeOf(history.events?.[0]?.eventTime);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
