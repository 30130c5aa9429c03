/**
 * `npm run demo`: one conversation with the support agent, a tool that fails twice, and a `kill -9` of everything in the
 * middle of a turn. Prints what each layer did, read from the API's ledger, Temporal's history and the model server, and
 * exits with 0 only if every promise held.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../services/ports.ts';
import { startDemoModel } from './demo/model.ts';
import { createReport } from './demo/report.ts';
import { type DemoStack, startDemoStack } from './demo/stack.ts';
import { tellStory } from './demo/story.ts';

const home = await mkdtemp(join(tmpdir(), 'handback-demo-'));
const model = await startDemoModel();
const report = createReport((line) => console.log(line));
let stack: DemoStack | undefined;

async function start(): Promise<DemoStack> {
  stack = await startDemoStack({
    env: process.env,
    cli: fileURLToPath(new URL('../cli/main.js', import.meta.url)),
    agents: fileURLToPath(new URL('../examples/demo/index.js', import.meta.url)),
    home,
    apiPort,
    temporalPort,
    modelUrl: model.standIn.url,
  });
  return stack;
}

const [apiPort = 0, temporalPort = 0] = await freePorts(2);
try {
  console.log('Handback demo: a tool that fails, a crash in the middle of a turn, a restart.');
  console.log('The model is a stand-in that follows rules, not a language model. Everything else is the real thing.');
  await tellStory({ start, model, report });
  const code = await stack?.stop();
  report.check('everything ends in order', code === 0, `exit code ${code}`);
  process.exitCode = report.conclude() ? 0 : 1;
} catch (error) {
  console.error(`\nThe demo broke off: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await stack?.stop();
  await model.standIn.close();
  if (process.exitCode === 0) await rm(home, { recursive: true, force: true });
  else console.error(`Its data and logs are in ${home}`);
}
