/** Keeps the histories of scenarios, so that later versions of the code are replayed on them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { fetchRuns, formatRuns } from '../../replay/history.ts';
import type { Platform } from './platform.ts';
import { until } from './until.ts';

const HISTORIES = new URL('../histories/', import.meta.url);

const REPOSITORY = new URL('../../', import.meta.url).pathname;

/** Writes what `HANDBACK_RECORD_HISTORIES=1` asks for: the runs of a conversation, under the name of the shape they have. */
export async function keepHistory(platform: Platform, conversation: string, shape = conversation): Promise<void> {
  if (process.env['HANDBACK_RECORD_HISTORIES'] !== '1') return;
  if (process.env['HANDBACK_TEST_DATABASE'] === 'embedded') return;
  // The customer has the reply a moment before the workflow task that made it is recorded.
  const handle = platform.temporal.workflow.getHandle(platform.workflowIdOf(conversation));
  await until('the turn is recorded to its end', async () => {
    const { pendingWorkflowTask, pendingActivities } = (await handle.describe()).raw;
    return pendingWorkflowTask == null && (pendingActivities ?? []).length === 0;
  });
  const runs = await fetchRuns(platform.temporal, platform.workflowIdOf(conversation));
  await mkdir(HISTORIES, { recursive: true });
  await writeFile(new URL(`${shape}.json`, HISTORIES), settled(formatRuns(runs), platform));
}

/** Without what differs from recording to recording and means nothing: names of the test's own, run ids, places of files. */
function settled(text: string, platform: Platform): string {
  const ids = new Map<string, string>();
  return text
    .replaceAll(platform.tenant, 'shop')
    .replaceAll(platform.taskQueue, 'handback')
    .replaceAll(REPOSITORY, '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
      const known = ids.get(id) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`;
      ids.set(id, known);
      return known;
    })
    .replaceAll(/"identity":"[^"]*"/g, '"identity":"worker"')
    .replaceAll(/"taskId":"\d+"/g, '"taskId":"1"');
}
