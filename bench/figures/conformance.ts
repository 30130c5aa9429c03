/** How long `npm run conformance` takes. It starts a stack of its own, so it is only measured when asked for by name. */
import { lastLines, run } from '../../services/run.ts';
import type { Figure } from '../row.ts';
import { compiled } from '../stack.ts';

export async function conformance(): Promise<Figure> {
  const began = performance.now();
  const script = compiled('../scripts/conformance.js');
  const done = await run(process.execPath, [script], { env: process.env, timeoutMs: 600_000 });
  const seconds = (performance.now() - began) / 1000;
  if (done.outcome === 'not_run') throw new Error(`conformance did not run: ${done.why}`);
  if (done.code !== 0) throw new Error(`conformance failed: ${lastLines(done.output, 3)}`);
  if (done.output.includes('conformance skipped')) throw new Error(lastLines(done.output, 1));
  return {
    name: 'conformance',
    title: `npm run conformance: ${lastLines(done.output, 1)}`,
    rows: [{ what: 'the whole run', unit: 's', handback: seconds, bound: { kind: 'at_most', value: 120 } }],
  };
}
