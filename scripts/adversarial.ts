/**
 * Plays the adversarial library against the whole platform and says where it does not hold.
 *
 *   npm run eval:adversarial -- [--family NAME] [--case ID] [--per-family N] [--json FILE] [--concurrency N]
 *                               [--model-url URL --model NAME] [--timeout SECONDS] [--cases FOLDER]
 *
 * Without --model-url the model is the stand-in, which does the worst it can in every turn. With it, any OpenAI-compatible
 * service is asked instead (its key in OPENAI_API_KEY), and what it does is judged by the same expectations.
 * Exits with 1 where a case fails.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Family } from '../evals/adversarial/case.ts';
import { readLibrary } from '../evals/adversarial/library.ts';
import { type Played, playAll } from '../evals/adversarial/play.ts';
import { printedReport, reportOf } from '../evals/adversarial/report.ts';
import { startTarget } from './adversarial/target.ts';
import { wholeNumber } from './conformance/options.ts';

const { values } = parseArgs({
  options: {
    family: { type: 'string' },
    case: { type: 'string' },
    'per-family': { type: 'string' },
    json: { type: 'string' },
    cases: { type: 'string', default: join('evals', 'adversarial') },
    concurrency: { type: 'string' },
    timeout: { type: 'string', default: '120' },
    'model-url': { type: 'string' },
    model: { type: 'string' },
  },
});

const modelUrl = values['model-url'];
if ((modelUrl === undefined) !== (values.model === undefined)) {
  console.error('Give both --model-url and --model, or neither: then the stand-in plays the model.');
  process.exit(2);
}
const atOnce = wholeNumber('concurrency', values.concurrency ?? (modelUrl === undefined ? '12' : '1'), 1);
const turnMs = wholeNumber('timeout', values.timeout, 1) * 1_000;
const families = chosen(readLibrary(values.cases, values.family));

const target = await startTarget({
  env: process.env,
  turnMs,
  ...(modelUrl === undefined || values.model === undefined ? {} : { real: { url: modelUrl, name: values.model } }),
  log: (line) => console.error(line),
});
try {
  const began = Date.now();
  const played = await playAll(families, target, { atOnce, onPlayed: tell });
  const report = reportOf(played);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  console.log(printedReport(report));
  console.error(`Played in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
} finally {
  await target.stop();
}

function chosen(all: readonly Family[]): readonly Family[] {
  const most = wholeNumber('per-family', values['per-family'] ?? String(Number.MAX_SAFE_INTEGER), 1);
  const some = all.map((family) => {
    const named = family.cases.filter(({ id }) => values.case === undefined || id === values.case);
    return { ...family, cases: spread(named, most) };
  });
  if (some.some(({ cases }) => cases.length > 0)) return some;
  console.error(`There is no case "${values.case}".`);
  return process.exit(2);
}

/** So many of them, from all over the list. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return all.filter(
    (_, index) => Math.floor((index * most) / all.length) !== Math.floor(((index - 1) * most) / all.length),
  );
}

/** A real model takes its time; the stand-in is done before anybody has read a line. */
function tell({ family, id, problems, open }: Played): void {
  if (modelUrl === undefined) return;
  const how = problems.length === 0 ? 'ok' : open === undefined ? 'failed' : 'open';
  console.error([`${how.padEnd(6)}  ${family}/${id}`, ...problems].join('; '));
}
