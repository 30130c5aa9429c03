/** The workflow bundle: built once by `npm run build`, or on the spot where that has not been done. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';

const BUILT = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

export function workflowEntry(): string {
  return inWorkflows('index');
}

/** For every bundle of workflow code; see the file. */
export function payloadConverterPath(): string {
  return inWorkflows('payload-converter');
}

/** Compiled and source trees have the same shape, so this is right in both. */
function inWorkflows(name: string): string {
  const paths = ['js', 'ts'].map((ending) => fileURLToPath(new URL(`../workflows/${name}.${ending}`, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`No workflow code at ${paths[0]}. Run: npm run build`);
  return found;
}

/**
 * The SDK records a stack for every promise a workflow makes, which takes a quarter of the workflow thread. Before the
 * bundle's first module the limit can still be set, and on the first line it moves no line of the source map. Errors of
 * workflow code are without a stack in production for it; `handback replay` has its own bundle and shows them.
 */
const WITHOUT_STACKS = 'Error.stackTraceLimit=0;';

/** @returns the bundle's source */
export async function buildBundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflowEntry(),
    payloadConverterPath: payloadConverterPath(),
    // What it bundled is of interest only when it fails, and then it throws.
    logger: new DefaultLogger('ERROR'),
  });
  return WITHOUT_STACKS + code;
}

/** Where `npm run build` puts it. */
export const BUNDLE_PATH = BUILT;

export async function workflowBundle(): Promise<WorkflowBundleOption> {
  return existsSync(BUILT) ? { codePath: BUILT } : { code: await buildBundle() };
}
