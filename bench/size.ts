/** How large a workflow's history is, once what was begun in it is done. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

export interface HistorySize {
  readonly runId: string;
  readonly events: number;
  readonly bytes: number;
}

const POLL_MS = 20;

/** The reply is out before the workflow task that made it is reported, hence the waiting. */
export async function historySize(temporal: Client, workflowId: string): Promise<HistorySize> {
  for (;;) {
    const {
      historyLength,
      historySize: bytes = 0,
      runId,
      raw,
    } = await temporal.workflow.getHandle(workflowId).describe();
    const busy = raw.pendingWorkflowTask != null || (raw.pendingActivities ?? []).length > 0;
    if (!busy) return { runId, events: historyLength, bytes };
    await sleep(POLL_MS);
  }
}

/** Events and bytes a turn that `turns` turns, made by `work`, add to the history. */
export async function growthOf(
  temporal: Client,
  workflowId: string,
  turns: number,
  work: () => Promise<void>,
): Promise<{ readonly events: number; readonly bytes: number }> {
  const before = await historySize(temporal, workflowId);
  await work();
  const after = await historySize(temporal, workflowId);
  if (after.runId !== before.runId) throw new Error(`${workflowId} continued as new while it was measured`);
  return { events: (after.events - before.events) / turns, bytes: (after.bytes - before.bytes) / turns };
}
