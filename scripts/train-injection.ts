/**
 * Trains the linear model of the input guardrail and writes its weights and thresholds beside it.
 *
 *   npm run train:injection -- --data DIR [--seed N] [--out FOLDER]
 *
 * DIR is laid out as the README of the guardrails' data says; nothing of it ends up in the project but the weights. The
 * same data and seed give the same bytes. Thresholds are chosen on training rows scored by models that did not see their
 * source (`scripts/guardrails/injection/choose.ts`).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { THRESHOLDS_FILE } from '../guardrails/input/thresholds.ts';
import { encodeWeights } from '../guardrails/input/weights.ts';
import { chooseThresholds } from './guardrails/injection/choose.ts';
import { ownRows, readInjectionData } from './guardrails/injection/data.ts';
import { leaveOneOut, prepare } from './guardrails/injection/loso.ts';
import { SETTINGS, trainWeights } from './guardrails/injection/train.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } },
});
const folder = values.data ?? process.env['HANDBACK_GUARDRAILS_DIR'];
if (folder === undefined) {
  console.error('Say where the data is: npm run train:injection -- --data DIR');
  process.exit(1);
}
const settings = { ...SETTINGS, ...(values.seed === undefined ? {} : { seed: Number(values.seed) }) };
// Compiled, this runs in dist; the files belong beside the sources.
const out = values.out ?? dirname(THRESHOLDS_FILE).replace(/([\\/])dist([\\/]guardrails[\\/])/, '$2');

const data = await readInjectionData(folder);
const prepared = prepare([...data.train, ...data.harmless], [], ownRows(settings.seed));
console.log(
  `${prepared.train.length} rows and ${prepared.own.length} sentences of our own. Leaving each source out ...`,
);
const thresholds = chooseThresholds(leaveOneOut(prepared, settings));
console.log('Training on all of them ...');
const bytes = encodeWeights(trainWeights([...prepared.train, ...prepared.own], settings));

await mkdir(out, { recursive: true });
await writeFile(join(out, 'injection.bin'), bytes);
await writeFile(join(out, 'injection.json'), `${JSON.stringify(thresholds, null, 2)}\n`);
console.log(`Wrote ${out}: ${(bytes.length / 1e6).toFixed(2)} MB of weights, and the thresholds`, thresholds);
