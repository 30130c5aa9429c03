/**
 * Measures the guardrails on labelled data and prints all figures in one report.
 *
 *   npm run guardrails:report -- [--data FOLDER]
 *
 * The data is not part of the project: HANDBACK_GUARDRAILS_DIR, or ../shared/data/guardrails. Where it is absent, one line says so.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printedPii, reportPii } from './guardrails/pii.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const folder = values.data ?? process.env['HANDBACK_GUARDRAILS_DIR'] ?? '../shared/data/guardrails';

if (existsSync(folder)) {
  console.log(printedPii(await reportPii(folder)));
} else {
  console.log(`Skipped: there is no data in ${folder}. Set HANDBACK_GUARDRAILS_DIR.`);
}
