/**
 * Measures the guardrails on labelled data and prints all figures in one report.
 *
 *   npm run guardrails:report -- [--data FOLDER] [--airline FOLDER]
 *
 * The data is not part of the project: HANDBACK_GUARDRAILS_DIR and HANDBACK_TAU_DIR, or beside it in
 * ../shared/data. Where it is absent, one line says so.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printedFacts, reportFacts } from './guardrails/facts.ts';
import { printedInjection, reportInjection } from './guardrails/injection.ts';
import { printedPii, reportPii } from './guardrails/pii.ts';
import { printedPolicy, reportPolicy } from './guardrails/policy.ts';
import { printedReplies, reportReplies } from './guardrails/replies.ts';
import { printedScope, reportScope } from './guardrails/scope.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, airline: { type: 'string' } } });
const guardrails = values.data ?? process.env['HANDBACK_GUARDRAILS_DIR'] ?? '../shared/data/guardrails';
const airline = values.airline ?? process.env['HANDBACK_TAU_DIR'] ?? '../shared/data/tau-airline';

if (existsSync(guardrails)) {
  console.log(printedPii(await reportPii(guardrails)));
  console.error('Training without each source in turn, which takes some minutes ...');
  console.log(`\n${printedInjection(await reportInjection(guardrails))}`);
  console.error('Encoding 28,000 sentences for the scope guardrail, which takes some minutes ...');
  console.log(`\n${printedScope(await reportScope(guardrails))}`);
} else console.log(`Skipped: there is no data in ${guardrails}. Set HANDBACK_GUARDRAILS_DIR.`);

if (existsSync(airline)) {
  console.log(`\n${printedFacts(reportFacts(airline))}`);
  console.log(`\n${printedReplies(reportReplies(airline))}`);
}
if (existsSync(guardrails) && existsSync(airline)) {
  console.log(`\n${printedPolicy(reportPolicy(airline, join(guardrails, 'agentdojo')))}`);
} else {
  console.log(`Skipped: facts and permissions need ${airline} as well. Set HANDBACK_TAU_DIR.`);
}
