/**
 * `npm test`: every gate, on a fresh clone too. What fails does not keep the rest from running; the last line is
 * `N passed, N failed`, and the exit code 1 when anything failed.
 *
 *   node scripts/test.mjs                    everything
 *   node scripts/test.mjs --only unit,lint   some of it
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SetUpError } from './bootstrap/step.mjs';
import { requireDependencies } from './gates/dependencies.mjs';
import { gatesOf } from './gates/gates.mjs';
import { endChildrenOnSignals } from './gates/run.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const started = performance.now();
endChildrenOnSignals();

try {
  const gates = chosen(gatesOf(root));
  await requireDependencies(root);
  const results = await runAll(gates);
  summarise(results);
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  console.log(`${error.message}\n`);
  finish(0, 1);
}

/** @returns {{name: string, check: Function, round: string}[]} */
function chosen(gates) {
  let names;
  try {
    const { values } = parseArgs({ options: { only: { type: 'string' } } });
    names = values.only?.split(',').map((name) => name.trim());
  } catch (error) {
    throw new SetUpError(`${error.message}. Use: node scripts/test.mjs [--only <gate>,<gate>]`);
  }
  if (names === undefined) return gates;
  const unknown = names.filter((name) => !gates.some((gate) => gate.name === name));
  if (unknown.length > 0) {
    throw new SetUpError(
      `No gate is called ${unknown.join(', ')}. There are: ${gates.map(({ name }) => name).join(', ')}`,
    );
  }
  return gates.filter(({ name }) => names.includes(name));
}

/** Round after round; a gate that runs alone shows its output as it comes, the others when they are done. */
async function runAll(gates) {
  const results = [];
  for (const round of new Set(gates.map((gate) => gate.round))) {
    const together = gates.filter((gate) => gate.round === round);
    const alone = together.length === 1;
    if (alone) heading(together[0].name);
    const inRound = await Promise.all(
      together.map(async ({ name, check }) => {
        const result = await check(alone);
        if (!alone) {
          heading(name);
          if (!result.ok) process.stdout.write(result.output);
        }
        console.log(`${name}: ${verdict(result)} in ${seconds(result.ms)}`);
        return { name, ...result };
      }),
    );
    results.push(...inRound);
  }
  return results;
}

function heading(name) {
  console.log(`\n=== ${name} ${'='.repeat(70 - name.length)}`);
}

function verdict({ passed, failed, skipped = 0, reason }) {
  if (reason !== undefined) return `skipped: ${reason}`;
  if (passed + failed <= 1 && skipped === 0) return failed === 0 ? 'passed' : 'FAILED';
  const left = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${passed} passed, ${failed} failed${left}`;
}

function summarise(results) {
  heading('summary');
  for (const result of results) {
    console.log(`${result.name.padEnd(12)} ${verdict(result)}  (${seconds(result.ms)})`);
  }
  console.log(`${'together'.padEnd(12)} ${seconds(performance.now() - started)}\n`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  finish(sum('passed'), sum('failed'));
}

function finish(passed, failed) {
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
