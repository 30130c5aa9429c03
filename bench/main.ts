/**
 * Measures Handback beside a plain Temporal conversation, on the same servers in the same run.
 *
 *   npm run bench -- [--only NAME]... [--quick] [--json FILE] [--profile FOLDER] [--help]
 *
 * Ends with exit code 1 when a bound is missed. `docs/figures.md` says what limits each figure.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Measurement } from './bench.ts';
import { conformance } from './figures/conformance.ts';
import { crash } from './figures/crash.ts';
import { decisions } from './figures/decisions.ts';
import { history } from './figures/history.ts';
import { ledger } from './figures/ledger.ts';
import { length } from './figures/length.ts';
import { memory } from './figures/memory.ts';
import { overhead } from './figures/overhead.ts';
import { start } from './figures/start.ts';
import { throughput } from './figures/throughput.ts';
import { load, type Machine, machine } from './machine.ts';
import { type Figure, holds, ratioOf } from './row.ts';
import { type Stack, startStack } from './stack.ts';
import { newConversation, type Subjects, subjectsOf } from './subject.ts';
import { tableOf } from './table.ts';

/** In this order: what kills and restarts processes comes last. */
const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  decisions,
  history,
  overhead,
  ledger,
  throughput,
  length,
  memory,
  crash,
  start,
};
const ON_ITS_OWN = 'conformance';
const NAMES = [...Object.keys(MEASUREMENTS), ON_ITS_OWN];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    `npm run bench -- [--only NAME]... [--quick] [--json FILE] [--profile FOLDER]\nNames: ${NAMES.join(', ')}\n`,
  );
  process.exit(0);
}
const unknown = values.only?.find((name) => !NAMES.includes(name));
if (unknown !== undefined) fail(`There is no measurement "${unknown}". There are: ${NAMES.join(', ')}.`);
if (process.platform !== 'linux') fail('The benchmark reads CPU times from /proc and so runs on Linux only.');

const wanted = values.only ?? Object.keys(MEASUREMENTS);
const figures: (Figure & { readonly load: number })[] = [];
const on = await measureAll();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report(on), undefined, 2)}\n`);
process.exitCode = figures.some(({ rows }) => rows.some((row) => holds(row) === false)) ? 1 : 0;

async function measureAll(): Promise<Machine | undefined> {
  let on: Machine | undefined;
  if (wanted.some((name) => name !== ON_ITS_OWN)) {
    const profileFolder = values.profile === undefined ? undefined : resolve(values.profile);
    if (profileFolder !== undefined) await mkdir(profileFolder, { recursive: true });
    const stack = await startStack({ onProgress: tell, ...(profileFolder === undefined ? {} : { profileFolder }) });
    const subjects = subjectsOf(stack);
    try {
      on = await machine(stack.temporalBinary, await postgresVersion(stack));
      describe(on);
      await untilAnswered(subjects);
      for (const [name, measure] of Object.entries(MEASUREMENTS)) {
        if (wanted.includes(name)) show(await measure({ stack, subjects, quick: values.quick, progress: tell }));
      }
    } finally {
      await subjects.close();
      await stack.stop();
    }
  }
  if (wanted.includes(ON_ITS_OWN)) show(await conformance());
  return on;
}

function show(figure: Figure): void {
  figures.push({ ...figure, load: load() });
  console.log(`\n${tableOf(figure)}`);
  console.log(`  (load of the machine: ${load().toFixed(1)})`);
}

function describe({ commit, cores, cpu, memoryGb, system, node, temporal, postgres, at }: Machine): void {
  console.log(`${commit}, ${at}`);
  console.log(`${cores} cores ${cpu}, ${memoryGb} GB, ${system}, Node ${node}, PostgreSQL ${postgres}, ${temporal}`);
  if (values.quick) console.log('--quick: too few repetitions to quote');
}

async function postgresVersion({ database }: Stack): Promise<string> {
  const { rows } = await database.session((session) => session.query('SHOW server_version'));
  const [row] = rows;
  return typeof row === 'object' && row !== null && 'server_version' in row ? String(row.server_version) : 'unknown';
}

/** The processes were only started: says something in each until it is answered. */
async function untilAnswered({ http }: Subjects): Promise<void> {
  for (const subject of [http.handback, http.plain]) {
    for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
      try {
        await subject.say(newConversation(subject), 'Hello', true);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }
}

function report(on: Machine | undefined) {
  const rowsOf = ({ rows, ...figure }: Figure) => ({
    ...figure,
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), holds: holds(row) })),
  });
  return { machine: on, quick: values.quick, figures: figures.map(rowsOf) };
}

function tell(line: string): void {
  console.error(line);
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}
