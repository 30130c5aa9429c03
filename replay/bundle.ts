/** The workflow bundle for replays: today's workflow code, and the recorder beside it. Production's bundle has no recorder. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { payloadConverterPath, workflowEntry } from '../workers/bundle.ts';

/** Compiled and source trees have the same shape, so this is right in both. */
const RECORDER = ['./recorder.js', './recorder.ts'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** One or two seconds of work; made once for any number of replays. */
export interface ReplayBundle {
  readonly code: string;
}

/** @param entry another entry of workflow code, for tests of what replays report */
export async function buildReplayBundle(entry: string = workflowEntry()): Promise<ReplayBundle> {
  const recorder = RECORDER.find((path) => existsSync(path));
  if (recorder === undefined) throw new Error(`No recorder at ${RECORDER[0]}. Run: npm run build`);
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    payloadConverterPath: payloadConverterPath(),
    workflowInterceptorModules: [recorder],
    logger: new DefaultLogger('ERROR'),
  });
  return { code };
}
